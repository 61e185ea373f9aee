package dev.sandlot.environment;

import dev.sandlot.http.Paging;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/** A page of environments, newest first. */
public record EnvironmentList(
        List<EnvironmentView> environments,
        int page,
        int limit,
        int total,
        int totalPages,
        boolean hasNext,
        boolean hasPrevious) {

    public static EnvironmentList of(EnvironmentRepository.Page found, Paging paging, Instant now, URI base) {
        int pages = paging.totalPages(found.total());
        return new EnvironmentList(
                found.environments().stream()
                        .map(environment -> EnvironmentView.of(environment, now, base, null))
                        .toList(),
                paging.page(),
                paging.limit(),
                found.total(),
                pages,
                paging.page() < pages,
                paging.page() > 1);
    }
}
