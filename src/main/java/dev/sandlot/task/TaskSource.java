package dev.sandlot.task;

import java.util.List;

/** A place that tasks come from. */
interface TaskSource {
    /** The tasks that are new since the last call, or changed. Called by one thread at a time; never throws. */
    List<TaskDefinition> fresh();
}
