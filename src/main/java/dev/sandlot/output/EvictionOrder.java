package dev.sandlot.output;

import dev.sandlot.budget.Bounds;
import dev.sandlot.output.KeptBytes.OrganizationHeld;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * What goes first where too much is kept: of an environment its own, of a workspace or an organization what its ended
 * environments have left, oldest first, and then what most is kept of; of the server what belongs to the organization
 * that keeps the most. Outputs go before records, and nobody's for another one that keeps more.
 */
@Singleton
public class EvictionOrder {
    /** The part of the bound, one of so many, that is made free when something has to go, so that it need not be done again at once. */
    private static final int SLACK = 8;
    /** The ends of an ended environment's executions are recorded by then. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private final KeptBytes kept;
    private final Bounds bounds;
    private final long executionsMax;
    private final long diskReserve;

    @Inject
    public EvictionOrder(KeptBytes kept) {
        this.kept = kept;
        this.bounds = kept.config().bounds();
        this.executionsMax = kept.config().records();
        this.diskReserve = kept.config().diskReserve();
    }

    /** What can go. */
    public enum Kind {
        /** The oldest outputs of an environment. */
        OUTPUTS,
        /** The oldest records of an environment. */
        RECORDS,
        /** All that is known of an environment that has ended. */
        ENVIRONMENT
    }

    /**
     * What is to go next.
     *
     * @param bytes so much of it
     * @param executions of records, at least so many
     */
    public record Step(Kind kind, KeptAccount account, long bytes, long executions) {
        public Futile futile() {
            return new Futile(kind, account.environment());
        }
    }

    /** What was tried without success. */
    public record Futile(Kind kind, UUID environment) {}

    /** The next step; empty when nothing is too much, or nothing can be done about it. */
    public Optional<Step> next(Instant now, Set<Futile> futile) {
        Search search = new Search(now, futile);
        return Stream.<Supplier<Optional<Step>>>of(
                        search::ofEnvironments, search::ofWorkspaces, search::ofOrganizations, search::ofServer)
                .flatMap(step -> step.get().stream())
                .findFirst();
    }

    private static long half(long bound) {
        return Math.max(1, bound / 2);
    }

    /** How much is over, and some more; 0 when nothing is. */
    private static long excess(long held, long bound) {
        return held > bound ? held - bound + bound / SLACK : 0;
    }

    private final class Search {
        private final Instant now;
        private final Set<Futile> futile;

        Search(Instant now, Set<Futile> futile) {
            this.now = now;
            this.futile = futile;
        }

        private boolean mayHelp(Kind kind, KeptAccount account) {
            return !futile.contains(new Futile(kind, account.environment()));
        }

        Optional<Step> ofEnvironments() {
            return kept.full().stream()
                    .flatMap(account -> ofEnvironment(account).stream())
                    .findFirst();
        }

        private Optional<Step> ofEnvironment(KeptAccount account) {
            Held held = account.held();
            long records = excess(held.records(), half(bounds.perEnvironment()));
            long executions = excess(held.executions(), executionsMax);
            if ((records > 0 || executions > 0) && mayHelp(Kind.RECORDS, account)) {
                return Optional.of(new Step(Kind.RECORDS, account, records, executions));
            }
            long outputs = Math.min(excess(held.total(), bounds.perEnvironment()), held.removable());
            return outputs > 0 && mayHelp(Kind.OUTPUTS, account)
                    ? Optional.of(new Step(Kind.OUTPUTS, account, outputs, 0))
                    : Optional.empty();
        }

        Optional<Step> ofWorkspaces() {
            return kept.bounded().stream()
                    .flatMap(one -> of(one.held(), one.bound(), () -> kept.accounts(one.workspace())).stream())
                    .findFirst();
        }

        Optional<Step> ofOrganizations() {
            return kept.organizations().stream()
                    .flatMap(one -> of(one.held(), kept.bound(one.org()), () -> kept.accounts(one.org())).stream())
                    .findFirst();
        }

        private Optional<Step> of(Held held, long bound, Supplier<Collection<KeptAccount>> accounts) {
            long records = excess(held.records(), half(bound));
            long total = excess(held.total(), bound);
            Optional<Step> step = records > 0 ? records(accounts.get(), records) : Optional.empty();
            return step.isEmpty() && total > 0 ? outputs(accounts.get(), total) : step;
        }

        Optional<Step> ofServer() {
            Held held = kept.inAll();
            long records = excess(held.records(), half(bounds.perServer()));
            long missing = kept.diskMissing();
            long total =
                    Math.max(excess(held.total(), bounds.perServer()), missing > 0 ? missing + diskReserve / SLACK : 0);
            if (records == 0 && total == 0) {
                return Optional.empty();
            }
            Optional<Step> step = records > 0 ? ofLargest(Held::records, records, this::records) : Optional.empty();
            return step.isEmpty() && total > 0 ? ofLargest(Held::total, total, this::outputs) : step;
        }

        /** The organization that has the most goes down to what the next one has, and then both. */
        private Optional<Step> ofLargest(ToLongFunction<Held> size, long bytes, StepOf step) {
            List<OrganizationHeld> largest = kept.organizations().stream()
                    .sorted(Comparator.<OrganizationHeld>comparingLong(one -> size.applyAsLong(one.held()))
                            .reversed())
                    .toList();
            for (int i = 0; i < largest.size(); i++) {
                long rest = i + 1 < largest.size()
                        ? size.applyAsLong(largest.get(i + 1).held())
                        : 0;
                long lead = size.applyAsLong(largest.get(i).held()) - rest;
                long share = Math.max(lead, Math.max(kept.step(), bytes / SLACK));
                Optional<Step> found = step.of(kept.accounts(largest.get(i).org()), Math.min(bytes, share));
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }

        private Optional<Step> outputs(Collection<KeptAccount> accounts, long bytes) {
            return ended(accounts, Kind.OUTPUTS, account -> account.held().removable() > 0)
                    .or(() -> most(
                            accounts,
                            Kind.OUTPUTS,
                            Comparator.comparingLong(one -> one.held().removable())))
                    .map(account -> new Step(
                            Kind.OUTPUTS,
                            account,
                            share(account, bytes, account.held().removable()),
                            0))
                    .filter(step -> step.bytes() > 0);
        }

        private Optional<Step> records(Collection<KeptAccount> accounts, long bytes) {
            return ended(accounts, Kind.ENVIRONMENT, this::isSettled)
                    .map(account ->
                            new Step(Kind.ENVIRONMENT, account, account.held().records(), 0))
                    .or(() -> most(
                                    accounts,
                                    Kind.RECORDS,
                                    Comparator.comparingLong(one -> one.held().records()))
                            .map(account -> new Step(
                                    Kind.RECORDS,
                                    account,
                                    share(account, bytes, account.held().records()),
                                    0)));
        }

        private boolean isSettled(KeptAccount account) {
            return account.held().growing() == 0
                    && account.endedAt().orElseThrow().plus(SETTLED).isBefore(now);
        }

        /** Nobody who lives loses all at once while others of the same organization have as much. */
        private long share(KeptAccount account, long bytes, long has) {
            return Math.min(bytes, account.endedAt().isPresent() ? has : Math.max(Math.min(has, kept.step()), has / 2));
        }

        /** The environment that ended first. */
        private Optional<KeptAccount> ended(Collection<KeptAccount> accounts, Kind kind, Predicate<KeptAccount> which) {
            return accounts.stream()
                    .filter(account -> account.endedAt().isPresent() && mayHelp(kind, account) && which.test(account))
                    .min(Comparator.comparing(account -> account.endedAt().orElseThrow()));
        }

        private Optional<KeptAccount> most(Collection<KeptAccount> accounts, Kind kind, Comparator<KeptAccount> size) {
            return accounts.stream().filter(account -> mayHelp(kind, account)).max(size);
        }
    }

    @FunctionalInterface
    private interface StepOf {
        Optional<Step> of(Collection<KeptAccount> accounts, long bytes);
    }
}
