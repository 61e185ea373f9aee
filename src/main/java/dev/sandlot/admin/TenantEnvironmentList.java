package dev.sandlot.admin;

import dev.sandlot.environment.EnvironmentRepository;
import dev.sandlot.http.Paging;
import java.time.Instant;
import java.util.List;

/** A page of all tenants' environments, newest first. */
public record TenantEnvironmentList(
        List<TenantEnvironmentView> environments,
        int page,
        int limit,
        int total,
        int totalPages,
        boolean hasNext,
        boolean hasPrevious) {
    static TenantEnvironmentList of(EnvironmentRepository.Page found, Paging paging, Instant now) {
        int pages = paging.totalPages(found.total());
        return new TenantEnvironmentList(
                found.environments().stream()
                        .map(environment -> TenantEnvironmentView.of(environment, now))
                        .toList(),
                paging.page(),
                paging.limit(),
                found.total(),
                pages,
                paging.page() < pages,
                paging.page() > 1);
    }
}
