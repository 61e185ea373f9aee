package dev.sandlot.admission;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.ProcessorTime;
import dev.sandlot.quota.Quotas;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * How many executions may be under way at once: in an environment, a workspace, an organization, in this server, of which
 * each organization has its share.
 */
@Singleton
public class ExecutionPermits implements Measured {
    private final Budget executions;
    private final ProcessorTime processorTime;

    @Inject
    public ExecutionPermits(AdmissionConfig config, Quotas quotas, ProcessorTime processorTime) {
        this.processorTime = processorTime;
        this.executions = new Budget(
                        "executions under way",
                        "wait for one to end",
                        new Bounds(
                                config.perEnvironment(),
                                config.perWorkspace(),
                                config.perOrganization(),
                                config.perServer()))
                .under(quotas.of(Allowance.EXECUTIONS));
    }

    /** The places of an execution; throws RATE_LIMITED that says which of them, or what quota, is used up. */
    public Share take(WorkspaceId workspace, UUID environment) {
        processorTime.requireLeft(workspace);
        return executions.take(Tenant.of(workspace, environment), 1);
    }

    /** The places of one that is under way already. */
    public Share adopt(WorkspaceId workspace, UUID environment) {
        return executions.adopt(Tenant.of(workspace, environment), 1);
    }

    @Override
    public void measure(Readings readings) {
        Metrics.share(readings, "executions", executions.inUse(), executions.bound());
    }

    /** Those of tenants. */
    public Budget budget() {
        return executions;
    }

    /** How many are under way in this server. */
    public int inUse() {
        return Math.toIntExact(executions.inUse());
    }
}
