package dev.sandlot.task;

import java.util.List;

/** The versions of a task, newest first, and the newest one's number. */
public record TaskVersions(List<TaskView> versions, String latest) {}
