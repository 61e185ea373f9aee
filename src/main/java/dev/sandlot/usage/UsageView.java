package dev.sandlot.usage;

import jakarta.json.bind.annotation.JsonbNillable;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant holds now and of how much; of a workspace also what it has used. The limits are the tenant's own: beside
 * them stand those of its organization and of the server.
 *
 * @param workspace null for an organization, which is all of its workspaces
 * @param cpuMsToday of executions that ended on this day (UTC)
 * @param used null for an organization
 */
@JsonbNillable
public record UsageView(
        String org,
        @Nullable String workspace,
        AmountView environments,
        AmountView executionsUnderWay,
        AmountView cpuMsToday,
        AmountView keptBytes,
        @Nullable Long requestsPerSecondLimit,
        @Nullable UsedView used) {}
