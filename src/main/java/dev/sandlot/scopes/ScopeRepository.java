package dev.sandlot.scopes;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Which organizations and workspaces the database knows of: those that ever had an environment or a task. */
@Singleton
class ScopeRepository {
    private final Jdbi jdbi;

    @Inject
    ScopeRepository(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** By name, so many at most. */
    List<String> organizations(int most) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select org from workspaces union" + " select org from task_versions order by org limit :most")
                .bind("most", most)
                .mapTo(String.class)
                .list());
    }

    /** By name, so many at most. */
    List<String> workspaces(String org, int most) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select workspace from workspaces where org = :org order by workspace limit :most")
                .bind("org", org)
                .bind("most", most)
                .mapTo(String.class)
                .list());
    }
}
