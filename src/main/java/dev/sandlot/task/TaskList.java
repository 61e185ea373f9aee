package dev.sandlot.task;

import dev.sandlot.http.Paging;
import java.util.List;
import java.util.function.Function;

/** A page of tasks. */
public record TaskList(
        List<TaskView> tasks, int page, int limit, int total, int totalPages, boolean hasNext, boolean hasPrevious) {
    /** {@code view} is asked for the tasks of the page alone. */
    static TaskList of(List<TaskSummary> all, Paging paging, Function<TaskSummary, TaskView> view) {
        List<TaskView> part = all.stream()
                .skip(paging.offset())
                .limit(paging.limit())
                .map(view)
                .toList();
        int pages = paging.totalPages(all.size());
        return new TaskList(
                part, paging.page(), paging.limit(), all.size(), pages, paging.page() < pages, paging.page() > 1);
    }
}
