package dev.sandlot.execution;

import dev.sandlot.database.Violations;
import dev.sandlot.execution.ExecutionRepository.Write;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Makes the ends of executions durable at the price of one small write to a file, and brings them to the database in
 * batches a moment later: a database's commit costs more than the shortest command. Whoever reads records calls
 * {@link #flush} first, and so sees them all.
 */
@Singleton
public class ExecutionJournal {
    private static final Logger LOG = Logger.getLogger(ExecutionJournal.class.getName());
    private static final int BATCH_MAX = 512;
    /** With a database that is away for so long, ends are refused. */
    private static final int WAITING_MAX = 20_000;

    private final ExecutionRepository repository;
    private final JournalFile file;
    private final ReentrantLock flushing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UUID, Write> waiting = new LinkedHashMap<>();
    /** Executions without an end whose row is in the database. */
    private final Set<UUID> rows = ConcurrentHashMap.newKeySet();

    @Inject
    public ExecutionJournal(ExecutionRepository repository, ExecutionConfig config) throws IOException {
        this.repository = repository;
        this.file = new JournalFile(config.journalFile());
    }

    /** Brings to the database what an earlier server left in the file. Before anything else. */
    public void replay() throws IOException {
        List<Write> left = new ArrayList<>();
        for (byte[] entry : file.read()) {
            left.add(JournalEntry.decode(entry));
        }
        repository.replay(left);
        file.clear();
    }

    /** It has begun, and lasts: it is to be found in the database as well, soon. */
    void started(RunningExecution running) {
        lock.lock();
        try {
            Execution execution = running.record();
            // Once its end is on the way here, a start that came behind it would be a second row.
            if (!running.isEnding() && !rows.contains(execution.id())) {
                waiting.putIfAbsent(execution.id(), new Write(execution, Map.of(), false));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Its row is in the database already. */
    void hasRow(UUID execution) {
        rows.add(execution);
    }

    /** Its row was not written after all. */
    void hasNoRow(UUID execution) {
        rows.remove(execution);
    }

    /** It has ended; durable on return. Throws when it can't be made so. */
    void ended(Execution execution, Map<OutputStreamKind, byte[]> inline) {
        lock.lock();
        try {
            if (waiting.size() >= WAITING_MAX) {
                throw new IllegalStateException("the database has been away for too long");
            }
            Write write = new Write(execution, inline, rows.contains(execution.id()));
            file.append(JournalEntry.encode(write));
            waiting.put(execution.id(), write);
        } catch (IOException noRoom) {
            throw new UncheckedIOException("the journal can't be written", noRoom);
        } finally {
            lock.unlock();
        }
    }

    /** Brings everything to the database that waits. Throws what the database throws; then all of it goes on waiting. */
    public void flush() {
        flushing.lock();
        try {
            for (List<Write> batch = next(); !batch.isEmpty(); batch = next()) {
                write(batch);
                settle(batch);
            }
        } finally {
            flushing.unlock();
        }
    }

    private void write(List<Write> batch) {
        try {
            repository.write(batch);
        } catch (RuntimeException refused) {
            LOG.log(Level.FINE, "a batch is written one by one", refused);
            batch.forEach(this::writeOrDrop);
        }
    }

    /** What can never be written, for its environment's record is gone say, must not hold up all others. */
    private void writeOrDrop(Write write) {
        try {
            repository.write(List.of(write));
        } catch (RuntimeException refused) {
            if (!Violations.isViolation(refused)) {
                throw refused;
            }
            LOG.log(
                    Level.WARNING,
                    refused,
                    () -> "The record of " + write.execution().id() + " has no place any more");
        }
    }

    private List<Write> next() {
        lock.lock();
        try {
            return waiting.values().stream().limit(BATCH_MAX).toList();
        } finally {
            lock.unlock();
        }
    }

    private void settle(List<Write> written) {
        lock.lock();
        try {
            for (Write write : written) {
                UUID id = write.execution().id();
                boolean ended = write.execution().state().isTerminal();
                if (ended) {
                    rows.remove(id);
                } else {
                    rows.add(id);
                }
                // An end that came meanwhile finds the row of its start.
                waiting.computeIfPresent(
                        id,
                        (same, now) -> now.execution().state().isTerminal() == ended
                                ? null
                                : new Write(now.execution(), now.inline(), true));
            }
            if (waiting.isEmpty() && file.size() > 0) {
                file.clear();
            }
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "The journal can''t be cleared yet: {0}", stays.getMessage());
        } finally {
            lock.unlock();
        }
    }

    @PreDestroy
    void close() {
        try (file) {
            flush();
        } catch (IOException | RuntimeException kept) {
            LOG.log(Level.WARNING, "The journal is brought to the database at the next start: {0}", kept.getMessage());
        }
    }
}
