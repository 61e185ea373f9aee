package dev.sandlot.admin;

import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.QuotaKeeping;
import jakarta.json.bind.annotation.JsonbNillable;
import org.jspecify.annotations.Nullable;

/**
 * A quota in force; null where the settings' bound holds.
 *
 * @param workspace null for an organization's
 * @param source {@code file}, or {@code call}
 */
@JsonbNillable
public record QuotaView(
        String org,
        @Nullable String workspace,
        String source,
        @Nullable Long environments,
        @Nullable Long executions,
        @Nullable Long cpuSecondsPerDay,
        @Nullable Long keptMib,
        @Nullable Long requestsPerSecond) {
    static QuotaView of(QuotaKeeping.Kept kept) {
        return new QuotaView(
                kept.owner().org(),
                kept.owner().workspace().orElse(null),
                kept.isFiled() ? "file" : "call",
                most(kept, Allowance.ENVIRONMENTS),
                most(kept, Allowance.EXECUTIONS),
                most(kept, Allowance.CPU_SECONDS_PER_DAY),
                most(kept, Allowance.KEPT_MIB),
                most(kept, Allowance.REQUESTS_PER_SECOND));
    }

    private static @Nullable Long most(QuotaKeeping.Kept kept, Allowance allowance) {
        return kept.quota().most().get(allowance);
    }
}
