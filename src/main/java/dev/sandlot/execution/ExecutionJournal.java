package dev.sandlot.execution;

import dev.sandlot.execution.ExecutionRepository.Write;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Writes records so that they are durable on return; those that come at the same time share a transaction. */
@Singleton
public class ExecutionJournal {
    private static final int BATCH_MAX = 256;

    private final ExecutionRepository repository;
    private final ReentrantLock writing = new ReentrantLock();
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();

    @Inject
    public ExecutionJournal(ExecutionRepository repository) {
        this.repository = repository;
    }

    private static final class Entry {
        private final Write write;
        private boolean done;
        private @Nullable RuntimeException failure;

        private Entry(Write write) {
            this.write = write;
        }
    }

    /** Throws what the database throws. */
    void store(Execution execution, Map<OutputStreamKind, byte[]> inline, boolean exists) {
        Entry own = new Entry(new Write(execution, inline, exists));
        waiting.add(own);
        writing.lock();
        try {
            while (!own.done) {
                writeBatch();
            }
        } finally {
            writing.unlock();
        }
        if (own.failure != null) {
            throw own.failure;
        }
    }

    private void writeBatch() {
        List<Entry> batch = new ArrayList<>();
        for (Entry entry = waiting.poll(); entry != null; entry = batch.size() < BATCH_MAX ? waiting.poll() : null) {
            batch.add(entry);
        }
        if (!tryWrite(batch) && batch.size() > 1) {
            // One that can't be written must not take the others with it.
            batch.forEach(entry -> tryWrite(List.of(entry)));
        }
        batch.forEach(entry -> entry.done = true);
    }

    private boolean tryWrite(List<Entry> batch) {
        try {
            repository.write(batch.stream().map(entry -> entry.write).toList());
            batch.forEach(entry -> entry.failure = null);
            return true;
        } catch (RuntimeException refused) {
            batch.forEach(entry -> entry.failure = refused);
            return false;
        }
    }
}
