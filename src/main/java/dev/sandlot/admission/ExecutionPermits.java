package dev.sandlot.admission;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many executions may be under way at once: in an environment, in a workspace, in this server. */
@Singleton
public class ExecutionPermits {
    private static final String SERVER = "server";

    private final AdmissionConfig config;
    private final ConcurrentMap<Object, Integer> taken = new ConcurrentHashMap<>();

    @Inject
    public ExecutionPermits(AdmissionConfig config) {
        this.config = config;
    }

    /** One execution's permits; giving them back twice does nothing. */
    public interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /** Takes all three or none; throws RATE_LIMITED that says which of them is used up. */
    public Permit take(WorkspaceId workspace, UUID environment) {
        List<Scope> scopes = List.of(
                new Scope(environment, config.perEnvironment(), "this environment"),
                new Scope(workspace, config.perWorkspace(), "this workspace"),
                new Scope(SERVER, config.perServer(), "this server"));
        int held = 0;
        try {
            for (Scope scope : scopes) {
                takeOne(scope);
                held++;
            }
        } catch (ApiException full) {
            giveBack(scopes.subList(0, held));
            throw full;
        }
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                giveBack(scopes);
            }
        };
    }

    private record Scope(Object key, int most, String name) {}

    private void takeOne(Scope scope) {
        if (taken.merge(scope.key(), 1, Integer::sum) > scope.most()) {
            giveBack(List.of(scope));
            throw new ApiException(
                            ErrorType.RATE_LIMITED,
                            "There are " + scope.most() + " executions under way in " + scope.name()
                                    + "; wait for one to end")
                    .withHeader("Retry-After", "1");
        }
    }

    private void giveBack(List<Scope> scopes) {
        scopes.forEach(scope -> taken.computeIfPresent(scope.key(), (same, count) -> count == 1 ? null : count - 1));
    }

    /** How many are under way in this server. */
    public int inUse() {
        return taken.getOrDefault(SERVER, 0);
    }
}
