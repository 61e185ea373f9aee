package dev.sandlot.environment;

import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskUses;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;

/** The tasks of environments that live. */
@Singleton
class LivingTasks implements TaskUses {
    private final Jdbi jdbi;

    @Inject
    LivingTasks(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Whether an environment lives that names it in full, or by the short name that was written down before. */
    @Override
    public boolean isUsed(TaskDefinition task) {
        return jdbi.withHandle(handle -> handle.createQuery("select count(*) from environments"
                                + " where state in (<living>)"
                                + " and task_ref in (:full, :short)")
                        .bindList("living", EnvironmentState.words(EnvironmentState.LIVING))
                        .bind("full", task.id().toString())
                        .bind("short", task.id().name() + "@" + task.id().version())
                        .mapTo(Integer.class)
                        .one())
                > 0;
    }
}
