package dev.sandlot.admission;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Ceilings;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.Quotas;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A token bucket for each workspace and organization that has a quota of requests. */
@Singleton
class TenantRates {
    private static final long NONE = Long.MAX_VALUE;
    /** As the bucket of a caller does by default, theirs hold what comes in so many seconds. */
    private static final int BURST_SECONDS = 2;

    private final Ceilings quotas;
    private final Rates<Key> rates = new Rates<>(Duration.ofSeconds(BURST_SECONDS + 1));

    @Inject
    TenantRates(Quotas quotas) {
        this.quotas = quotas.of(Allowance.REQUESTS_PER_SECOND);
    }

    /** With the quota as it is: another one is another bucket. */
    private record Key(String tenant, long perSecond) {}

    /** A request's share of its workspace's and its organization's rates; none where neither has one. */
    Stream<Rate> take(WorkspaceId workspace) {
        long own = quotas.ofWorkspace(workspace, NONE);
        long all = quotas.ofOrganization(workspace.org(), NONE);
        if (own == NONE && all == NONE) {
            return Stream.empty();
        }
        return Stream.concat(rate(workspace.toString(), own), rate(workspace.org(), all));
    }

    /** Takes when it is looked at: who is refused by the first bucket takes nothing of the second. */
    private Stream<Rate> rate(String tenant, long perSecond) {
        return LongStream.of(perSecond)
                .filter(most -> most != NONE)
                .mapToObj(most -> rates.take(new Key(tenant, most), most, most * BURST_SECONDS));
    }
}
