package dev.sandlot.answers;

import dev.sandlot.http.Paging;
import java.util.List;

/** A page of executions, newest first, without their outputs. */
public record ExecutionList(
        List<ExecutionView> executions,
        int page,
        int limit,
        int total,
        int totalPages,
        boolean hasNext,
        boolean hasPrevious) {

    static ExecutionList of(List<ExecutionView> executions, int total, Paging paging) {
        int pages = paging.totalPages(total);
        return new ExecutionList(
                executions, paging.page(), paging.limit(), total, pages, paging.page() < pages, paging.page() > 1);
    }
}
