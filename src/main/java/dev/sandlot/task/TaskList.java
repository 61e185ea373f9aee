package dev.sandlot.task;

import dev.sandlot.request.Paging;
import java.util.List;

/** A page of tasks. */
public record TaskList(
        List<TaskView> tasks, int page, int limit, int total, int totalPages, boolean hasNext, boolean hasPrevious) {
    static TaskList of(List<TaskView> all, Paging paging) {
        List<TaskView> part =
                all.stream().skip(paging.offset()).limit(paging.limit()).toList();
        int pages = paging.totalPages(all.size());
        return new TaskList(
                part, paging.page(), paging.limit(), all.size(), pages, paging.page() < pages, paging.page() > 1);
    }
}
