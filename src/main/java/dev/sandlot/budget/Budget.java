package dev.sandlot.budget;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A bounded amount of something that all organizations of a server share: places, bytes. Nobody can take all of it: an
 * organization that holds some gets more only while it leaves at least as much for the others as it then holds. One
 * alone gets half, the next one half of the rest, and so on: whoever comes later finds something.
 */
public final class Budget {
    private static final String SERVER = "server";

    private final String what;
    private final String advice;
    private final Bounds bounds;
    private final Map<Object, Long> taken = new HashMap<>();

    /**
     * @param what is counted, in a refusal's words: "executions under way"
     * @param advice what a caller who is refused can do: "wait for one to end"
     */
    public Budget(String what, String advice, Bounds bounds) {
        this.what = what;
        this.advice = advice;
        this.bounds = bounds;
    }

    private record Scope(Object key, long most, String name) {}

    /** Keeps organizations apart from whatever else is a key. */
    private record Organization(String org) {}

    /** Takes that amount; throws RATE_LIMITED, which says what is used up, when it can't be had now. */
    public Share take(Tenant tenant, long amount) {
        String usedUp = takeOrSay(tenant, amount);
        if (usedUp != null) {
            throw new ApiException(ErrorType.RATE_LIMITED, usedUp + "; " + advice).withHeader("Retry-After", "1");
        }
        return share(tenant, amount);
    }

    /** Takes that amount; empty when it can't be had now. */
    public Optional<Share> tryTake(Tenant tenant, long amount) {
        return takeOrSay(tenant, amount) == null ? Optional.of(share(tenant, amount)) : Optional.empty();
    }

    /** Takes all or nothing; says what is used up when it is nothing. */
    private @Nullable String takeOrSay(Tenant tenant, long amount) {
        List<Scope> scopes = scopes(tenant);
        synchronized (taken) {
            for (Scope scope : scopes) {
                if (held(scope.key()) > scope.most() - amount) {
                    return "There are " + scope.most() + " " + what + " in " + scope.name();
                }
            }
            if (!isFair(tenant, amount)) {
                return "This organization has its share of the " + bounds.perServer() + " " + what + " in this server";
            }
            scopes.forEach(scope -> taken.merge(scope.key(), amount, Long::sum));
            return null;
        }
    }

    private boolean isFair(Tenant tenant, long amount) {
        long own = held(new Organization(tenant.org()));
        if (own == 0 || bounds.perServer() == Bounds.NONE) {
            return true;
        }
        return own + amount <= bounds.perServer() - held(SERVER) - amount;
    }

    private long held(Object key) {
        return taken.getOrDefault(key, 0L);
    }

    private List<Scope> scopes(Tenant tenant) {
        List<Scope> scopes = new ArrayList<>(4);
        tenant.environment().ifPresent(id -> scopes.add(new Scope(id, bounds.perEnvironment(), "this environment")));
        scopes.add(new Scope(tenant.workspace(), bounds.perWorkspace(), "this workspace"));
        scopes.add(new Scope(new Organization(tenant.org()), bounds.perOrganization(), "this organization"));
        scopes.add(new Scope(SERVER, bounds.perServer(), "this server"));
        return scopes;
    }

    private Share share(Tenant tenant, long amount) {
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                giveBack(tenant, amount);
            }
        };
    }

    private void giveBack(Tenant tenant, long amount) {
        synchronized (taken) {
            for (Scope scope : scopes(tenant)) {
                taken.computeIfPresent(scope.key(), (same, held) -> held <= amount ? null : held - amount);
            }
        }
    }

    /** Counts what is there already, however much it is: what an earlier server has left, say. */
    public Share adopt(Tenant tenant, long amount) {
        synchronized (taken) {
            scopes(tenant).forEach(scope -> taken.merge(scope.key(), amount, Long::sum));
        }
        return share(tenant, amount);
    }

    /** How much is taken in all. */
    public long inUse() {
        return used(SERVER);
    }

    /** How much an organization holds. */
    public long inUse(String org) {
        return used(new Organization(org));
    }

    private long used(Object key) {
        synchronized (taken) {
            return held(key);
        }
    }
}
