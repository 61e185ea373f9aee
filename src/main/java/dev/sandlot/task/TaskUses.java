package dev.sandlot.task;

/** Knows which tasks are in use. */
public interface TaskUses {
    /** Whether something lives that was made from that version. */
    boolean isUsed(TaskDefinition task);
}
