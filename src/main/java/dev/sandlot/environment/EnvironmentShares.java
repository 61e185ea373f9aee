package dev.sandlot.environment;

import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.Quotas;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What environments hold of this server: their number, the memory that their sandboxes may use, their services. They hold
 * it from before anything of them is made until their sandbox is gone, whatever state they are in.
 */
@Singleton
class EnvironmentShares implements Measured {
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);
    private static final long MIB = 1 << 20;

    private final Budget environments;
    private final Budget memory;
    private final Budget services;
    private final ConcurrentMap<UUID, Holding> holdings = new ConcurrentHashMap<>();

    @Inject
    EnvironmentShares(EnvironmentConfig config, Quotas quotas) {
        this.environments = new Budget("environments", "delete one first", RETRY_AFTER, config.environments())
                .under(quotas.of(Allowance.ENVIRONMENTS));
        this.memory = new Budget(
                "MiB of memory for sandboxes",
                "delete an environment first",
                RETRY_AFTER,
                Bounds.ofServer(config.memoryMib()));
        this.services = new Budget("services", "delete an environment that has some", RETRY_AFTER, config.services());
    }

    /**
     * What one environment holds.
     *
     * @param beingMade somebody makes its sandbox now: though none is there, there may be one in a moment
     */
    private record Holding(List<Share> shares, boolean beingMade) {
        void close() {
            shares.forEach(Share::close);
        }
    }

    /** Takes what an environment holds that is about to be made; throws RATE_LIMITED, which says what is used up. */
    void take(Environment environment) {
        Tenant tenant = Tenant.of(environment.workspace());
        List<Share> shares = new ArrayList<>();
        Holding holding = new Holding(shares, true);
        boolean good = false;
        try {
            shares.add(environments.take(tenant, 1));
            shares.add(memory.take(tenant, mib(environment)));
            if (!environment.services().isEmpty()) {
                shares.add(services.take(tenant, environment.services().size()));
            }
            good = true;
        } finally {
            if (!good) {
                holding.close();
            }
        }
        holdings.put(environment.id(), holding);
    }

    /** How many there are, by tenant. */
    Budget environments() {
        return environments;
    }

    @Override
    public void measure(Readings readings) {
        Metrics.share(readings, "environments", environments.inUse(), environments.bound());
        Metrics.share(readings, "sandbox_memory_mib", memory.inUse(), memory.bound());
        Metrics.share(readings, "services", services.inUse(), services.bound());
    }

    private static long mib(Environment environment) {
        return (environment.resources().memoryBytes() + MIB - 1) / MIB;
    }

    /** Gives back what an environment holds of which nothing is made after all. */
    void giveBack(UUID id) {
        holdings.computeIfPresent(id, (same, holding) -> closed(holding));
    }

    /** An environment is made, or not going to be. Whoever says so sees that its sandbox is destroyed, or will be. */
    void settled(UUID id) {
        holdings.computeIfPresent(id, (same, holding) -> new Holding(holding.shares(), false));
    }

    /**
     * The sandbox of an environment is gone. Where it is still being made there may be one again: then this comes once
     * more.
     */
    void gone(UUID id) {
        holdings.computeIfPresent(id, (same, holding) -> holding.beingMade() ? holding : closed(holding));
    }

    private static @Nullable Holding closed(Holding holding) {
        holding.close();
        return null;
    }

    /**
     * Brings this together with what there is: what an earlier server has left is counted, what is gone is not.
     *
     * @param isThere whether something of an environment is, or will be
     */
    void reconcile(Collection<Environment> living, Predicate<UUID> isThere) {
        living.forEach(environment -> holdings.computeIfAbsent(environment.id(), id -> adopted(environment)));
        holdings.keySet().stream().filter(isThere.negate()).forEach(this::gone);
    }

    private Holding adopted(Environment environment) {
        Tenant tenant = Tenant.of(environment.workspace());
        return new Holding(
                List.of(
                        environments.adopt(tenant, 1),
                        memory.adopt(tenant, mib(environment)),
                        services.adopt(tenant, environment.services().size())),
                false);
    }
}
