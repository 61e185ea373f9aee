package dev.sandlot.execution;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** All executions that this server has under way. */
@Singleton
public class RunningExecutions {
    private final ConcurrentMap<UUID, RunningExecution> byId = new ConcurrentHashMap<>();

    void add(RunningExecution running) {
        byId.put(running.record().id(), running);
    }

    void remove(RunningExecution running) {
        byId.remove(running.record().id());
    }

    Optional<RunningExecution> find(UUID id) {
        return Optional.ofNullable(byId.get(id));
    }

    public boolean isEmpty() {
        return byId.isEmpty();
    }

    /** The server stops: whoever waits is told. What runs in the sandboxes runs on. */
    public void leaveAll() {
        byId.values().forEach(RunningExecution::leave);
    }

    Collection<RunningExecution> all() {
        return byId.values();
    }
}
