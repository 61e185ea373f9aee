package dev.sandlot.budget;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A bounded amount of something that all organizations of a server share: places, bytes. Nobody can take all of it: an
 * organization that holds some gets more only while it leaves at least as much for the others as it then holds. One
 * alone gets half, the next one half of the rest, and so on: whoever comes later finds something.
 */
public final class Budget {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final String what;
    private final String advice;
    private final Duration retryAfter;
    private final Bounds bounds;
    private final Ceilings ceilings;
    private final boolean shared;
    private final Map<UUID, Tally> environments = new HashMap<>();
    private final Map<WorkspaceId, Tally> workspaces = new HashMap<>();
    private final Map<String, Tally> organizations = new HashMap<>();
    private long inAll;

    /**
     * @param what is counted, in a refusal's words: "executions under way"
     * @param advice what a caller who is refused can do: "wait for one to end"
     */
    public Budget(String what, String advice, Bounds bounds) {
        this(what, advice, SOON, bounds);
    }

    /** The same for what is given back seldom: who is refused is told to come again after that time. */
    public Budget(String what, String advice, Duration retryAfter, Bounds bounds) {
        this(what, advice, retryAfter, bounds, Ceilings.NONE, true);
    }

    private Budget(String what, String advice, Duration retryAfter, Bounds bounds, Ceilings ceilings, boolean shared) {
        this.what = what;
        this.advice = advice;
        this.retryAfter = retryAfter;
        this.bounds = bounds;
        this.ceilings = ceilings;
        this.shared = shared;
    }

    /** A budget of which an organization may take all. */
    static Budget unshared(String what, String advice, Bounds bounds) {
        return new Budget(what, advice, SOON, bounds, Ceilings.NONE, false);
    }

    /** The same, nothing taken of it, with what single tenants may take in place of the bounds of all. */
    public Budget under(Ceilings those) {
        return new Budget(what, advice, retryAfter, bounds, those, shared);
    }

    /** How much one holds. It is changed in place: most amounts are taken and given back many times a second. */
    private static final class Tally {
        private long held;
    }

    /** What stands against an amount. */
    private enum Full {
        ENVIRONMENT("this environment"),
        WORKSPACE("this workspace"),
        ORGANIZATION("this organization"),
        SERVER("this server"),
        FAIR_SHARE("this server");

        private final String place;

        Full(String place) {
            this.place = place;
        }
    }

    private final class Held implements Share {
        private final Tenant tenant;
        private final long amount;
        private boolean open = true;

        Held(Tenant tenant, long amount) {
            this.tenant = tenant;
            this.amount = amount;
        }

        @Override
        public void close() {
            synchronized (Budget.this) {
                if (open) {
                    open = false;
                    giveBack(tenant, amount);
                }
            }
        }
    }

    /** Takes that amount; throws RATE_LIMITED, which says what is used up, when it can't be had now. */
    public Share take(Tenant tenant, long amount) {
        Full full = takeOrSay(tenant, amount);
        if (full != null) {
            throw new ApiException(ErrorType.RATE_LIMITED, words(full, tenant, amount) + "; " + advice)
                    .withHeader("Retry-After", Long.toString(retryAfter.toSeconds()));
        }
        return new Held(tenant, amount);
    }

    /** Takes that amount; empty when it can't be had now. */
    public Optional<Share> tryTake(Tenant tenant, long amount) {
        return takeOrSay(tenant, amount) == null ? Optional.of(new Held(tenant, amount)) : Optional.empty();
    }

    /** Counts what is there already, however much it is: what an earlier server has left, say. */
    public Share adopt(Tenant tenant, long amount) {
        requireAmount(amount);
        synchronized (this) {
            add(tenant, amount);
        }
        return new Held(tenant, amount);
    }

    /** Whether that amount can be had now. */
    synchronized boolean has(Tenant tenant, long amount) {
        return full(tenant, amount) == null;
    }

    /** Takes all or nothing; says what is used up when it is nothing. */
    private @Nullable Full takeOrSay(Tenant tenant, long amount) {
        requireAmount(amount);
        synchronized (this) {
            Full full = full(tenant, amount);
            if (full == null) {
                add(tenant, amount);
            }
            return full;
        }
    }

    /** What is less than nothing would make room that there is not. */
    private static void requireAmount(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("an amount can't be negative: " + amount);
        }
    }

    private @Nullable Full full(Tenant tenant, long amount) {
        if (tenant.environment().isPresent()
                && exceeds(held(environments, tenant.environment().get()), amount, bounds.perEnvironment())) {
            return Full.ENVIRONMENT;
        }
        if (exceeds(held(workspaces, tenant.workspace()), amount, bound(tenant.workspace()))) {
            return Full.WORKSPACE;
        }
        long own = held(organizations, tenant.org());
        if (exceeds(own, amount, bound(tenant.org()))) {
            return Full.ORGANIZATION;
        }
        if (exceeds(inAll, amount, bounds.perServer())) {
            return Full.SERVER;
        }
        return isFair(own, amount) ? null : Full.FAIR_SHARE;
    }

    private static boolean exceeds(long held, long amount, long most) {
        return held > most - amount;
    }

    private boolean isFair(long own, long amount) {
        return !shared
                || own == 0
                || bounds.perServer() == Bounds.NONE
                || own + amount <= bounds.perServer() - inAll - amount;
    }

    private static <K> long held(Map<K, Tally> tallies, K key) {
        Tally tally = tallies.get(key);
        return tally == null ? 0 : tally.held;
    }

    private void add(Tenant tenant, long amount) {
        if (tenant.environment().isPresent()) {
            add(environments, tenant.environment().get(), amount);
        }
        add(workspaces, tenant.workspace(), amount);
        add(organizations, tenant.org(), amount);
        inAll += amount;
    }

    private static <K> void add(Map<K, Tally> tallies, K key, long amount) {
        tallies.computeIfAbsent(key, first -> new Tally()).held += amount;
    }

    private void giveBack(Tenant tenant, long amount) {
        if (tenant.environment().isPresent()) {
            giveBack(environments, tenant.environment().get(), amount);
        }
        giveBack(workspaces, tenant.workspace(), amount);
        giveBack(organizations, tenant.org(), amount);
        inAll -= amount;
    }

    private static <K> void giveBack(Map<K, Tally> tallies, K key, long amount) {
        Tally tally = tallies.get(key);
        if (tally != null) {
            tally.held -= amount;
            if (tally.held <= 0) {
                tallies.remove(key);
            }
        }
    }

    private String words(Full full, Tenant tenant, long amount) {
        long most = most(full, tenant);
        if (most != usual(full)) {
            return "The quota of " + full.place + " is " + most + " " + what;
        }
        if (amount != 1) {
            return "There is no room for " + amount + " more of the " + most + " " + what + " in " + full.place;
        }
        return full == Full.FAIR_SHARE
                ? "This organization has its share of the " + most + " " + what + " in " + full.place
                : "There are " + most + " " + what + " in " + full.place;
    }

    private long usual(Full full) {
        return switch (full) {
            case ENVIRONMENT -> bounds.perEnvironment();
            case WORKSPACE -> bounds.perWorkspace();
            case ORGANIZATION -> bounds.perOrganization();
            case SERVER, FAIR_SHARE -> bounds.perServer();
        };
    }

    private long most(Full full, Tenant tenant) {
        return switch (full) {
            case WORKSPACE -> bound(tenant.workspace());
            case ORGANIZATION -> bound(tenant.org());
            case ENVIRONMENT, SERVER, FAIR_SHARE -> usual(full);
        };
    }

    /** The most that a workspace may hold. */
    public long bound(WorkspaceId workspace) {
        return ceilings.ofWorkspace(workspace, bounds.perWorkspace());
    }

    /** The most that an organization may hold. */
    public long bound(String org) {
        return ceilings.ofOrganization(org, bounds.perOrganization());
    }

    /** How much a workspace holds. */
    public synchronized long inUse(WorkspaceId workspace) {
        return held(workspaces, workspace);
    }

    /** How much is taken in all. */
    public synchronized long inUse() {
        return inAll;
    }

    /** How much there is in all. */
    public long bound() {
        return bounds.perServer();
    }

    /** How much an organization holds. */
    public synchronized long inUse(String org) {
        return held(organizations, org);
    }
}
