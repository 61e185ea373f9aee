package dev.sandlot.task;

import dev.sandlot.database.Violations;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** How much each organization has published: one row, so that it takes the same time however much that is. */
@Singleton
class PublishQuota {
    private final Jdbi jdbi;
    private final PublishPolicy policy;

    @Inject
    PublishQuota(Jdbi jdbi, PublishPolicy policy) {
        this.jdbi = jdbi;
        this.policy = policy;
    }

    /** Makes the organization's row where there is none; in a transaction of its own, for of two at once one is refused. */
    void open(String org) {
        boolean isOpen = jdbi.withHandle(handle -> handle.createQuery("select org from task_quotas where org = :org")
                .bind("org", org)
                .mapTo(String.class)
                .findOne()
                .isPresent());
        if (isOpen) {
            return;
        }
        try {
            jdbi.useHandle(
                    handle -> handle.execute("insert into task_quotas (org, versions, bytes) values (?, 0, 0)", org));
        } catch (UnableToExecuteStatementException refused) {
            if (!Violations.isViolation(refused)) {
                throw refused;
            }
        }
    }

    /**
     * Takes room for a version as the last part of the caller's transaction, since all of the organization wait for its
     * end. Throws CONFLICT when there is none.
     */
    void take(Handle handle, String org, long bytes) {
        int taken = handle.createUpdate("update task_quotas set versions = versions + 1, bytes = bytes + :bytes"
                        + " where org = :org and versions < :versions and bytes <= :room")
                .bind("bytes", bytes)
                .bind("org", org)
                .bind("versions", policy.versionsPerOrg())
                .bind("room", policy.bytesPerOrg() - bytes)
                .execute();
        if (taken == 0) {
            throw new ApiException(
                    ErrorType.CONFLICT,
                    "An organization may publish " + policy.versionsPerOrg() + " versions and "
                            + (policy.bytesPerOrg() >> 20) + " MiB of tasks; delete some first");
        }
    }

    /** Gives a version's room back, as a part of the caller's transaction. */
    void give(Handle handle, String org, long bytes) {
        handle.execute("update task_quotas set versions = versions - 1, bytes = bytes - ? where org = ?", bytes, org);
    }

    /** Counts what was published before there was a quota. */
    static void count(Handle handle) {
        handle.execute("insert into task_quotas (org, versions, bytes)"
                + " select org, count(*), sum(size_bytes) from task_versions"
                + " where org not in (select org from task_quotas) group by org");
    }
}
