package dev.sandlot.admin;

import dev.sandlot.http.Paging;
import dev.sandlot.usage.UsageView;
import dev.sandlot.usage.Usages;
import java.util.List;

/** A page of what workspaces use, by name, and what their organizations hold. */
public record UsageList(
        List<UsageView> workspaces,
        List<UsageView> organizations,
        int page,
        int limit,
        int total,
        int totalPages,
        boolean hasNext,
        boolean hasPrevious) {
    static UsageList of(Usages.Page found, Paging paging) {
        int pages = paging.totalPages(found.total());
        return new UsageList(
                found.workspaces(),
                found.organizations(),
                paging.page(),
                paging.limit(),
                found.total(),
                pages,
                paging.page() < pages,
                paging.page() > 1);
    }
}
