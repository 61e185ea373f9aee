package dev.sandlot.admin;

import dev.sandlot.audit.AuditQuery;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.StorableText;
import dev.sandlot.http.UuidText;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which entries of the audit are asked for. */
public class AuditParameters {
    /** Databases end somewhere behind it, and each elsewhere (RFC 3339 ends here). */
    private static final int LAST_YEAR = 9999;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    @QueryParam("since")
    private @Nullable String since;

    @QueryParam("until")
    private @Nullable String until;

    @QueryParam("org")
    private @Nullable String org;

    @QueryParam("workspace")
    private @Nullable String workspace;

    @QueryParam("caller")
    private @Nullable String caller;

    @QueryParam("operation")
    private @Nullable String operation;

    @QueryParam("environment_id")
    private @Nullable String environment;

    @QueryParam("outcome")
    private @Nullable String outcome;

    @QueryParam("before")
    private @Nullable String before;

    /** The filters; tells what is wrong with them. */
    AuditQuery query(Faults faults) {
        checkSlug("org", org, faults);
        checkSlug("workspace", workspace, faults);
        checkStorable("caller", caller, faults);
        checkStorable("operation", operation, faults);
        checkStorable("outcome", outcome, faults);
        return new AuditQuery(
                moment("since", since, faults),
                moment("until", until, faults),
                org,
                workspace,
                caller,
                operation,
                uuid(faults),
                outcome);
    }

    /** The entry before which a page begins; the end of the chain when nothing is said. */
    long before(Faults faults) {
        if (before == null) {
            return Long.MAX_VALUE;
        }
        if (!NUMBER.matcher(before).matches()) {
            faults.wrongType("a whole number", "query", "before");
            return Long.MAX_VALUE;
        }
        return Long.parseLong(before);
    }

    private static void checkSlug(String name, @Nullable String value, Faults faults) {
        if (value != null && !WorkspaceId.SLUG.matcher(value).matches()) {
            faults.badValue("Must be 1 to 63 of a-z, 0-9 and -, and not begin with -", "query", name);
        }
    }

    private static void checkStorable(String name, @Nullable String value, Faults faults) {
        if (value != null) {
            StorableText.check(value, faults, "query", name);
        }
    }

    private static @Nullable Instant moment(String name, @Nullable String text, Faults faults) {
        try {
            OffsetDateTime moment = text == null ? null : OffsetDateTime.parse(text);
            if (moment == null || (moment.getYear() > 0 && moment.getYear() <= LAST_YEAR)) {
                return moment == null ? null : moment.toInstant();
            }
        } catch (DateTimeException unfit) {
            // It is told below.
        }
        faults.wrongType("a time such as 2026-01-31T12:00:00Z", "query", name);
        return null;
    }

    private @Nullable UUID uuid(Faults faults) {
        Optional<UUID> id = UuidText.parse(environment);
        if (environment != null && id.isEmpty()) {
            faults.wrongType("a uuid", "query", "environment_id");
        }
        return id.orElse(null);
    }
}
