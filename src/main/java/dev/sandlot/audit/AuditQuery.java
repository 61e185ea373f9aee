package dev.sandlot.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for; what is absent does not matter.
 *
 * @param since from that moment on
 * @param until before that moment
 */
public record AuditQuery(
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String org,
        @Nullable String workspace,
        @Nullable String caller,
        @Nullable String operation,
        @Nullable UUID environment,
        @Nullable String outcome) {
    /** All. */
    public static final AuditQuery ALL = new AuditQuery(null, null, null, null, null, null, null, null);

    /** What the rows have to be, as SQL; each is a condition and what is bound in it. */
    Map<String, Object> conditions() {
        Map<String, Object> conditions = new LinkedHashMap<>();
        put(conditions, "happened_at >= :since", since);
        put(conditions, "happened_at < :until", until);
        put(conditions, "org = :org", org);
        put(conditions, "workspace = :workspace", workspace);
        put(conditions, "subject = :caller", caller);
        put(conditions, "operation = :operation", operation);
        put(conditions, "environment_id = :environment", environment);
        put(conditions, "outcome = :outcome", outcome);
        return conditions;
    }

    private static void put(Map<String, Object> conditions, String condition, @Nullable Object value) {
        Optional.ofNullable(value).ifPresent(there -> conditions.put(condition, there));
    }

    /** The same as a part of a statement that has a condition already. */
    String sql() {
        List<String> all = new ArrayList<>(conditions().keySet());
        all.add(0, "");
        return String.join(" and ", all);
    }
}
