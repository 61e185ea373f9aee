package dev.sandlot.task;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;

/** Who has published tasks. */
@Singleton
public class Publishers {
    private final Jdbi jdbi;

    @Inject
    public Publishers(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** How many organizations have. */
    public int count() {
        return jdbi.withHandle(handle -> handle.createQuery("select count(distinct org) from task_versions")
                .mapTo(Integer.class)
                .one());
    }
}
