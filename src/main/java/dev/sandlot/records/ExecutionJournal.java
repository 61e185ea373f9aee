package dev.sandlot.records;

import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.database.Violations;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows each execution from its beginning until its end is in the database. What must not be lost is durable at the price
 * of one small write to a file, and comes to the database in batches a moment later: a database's commit costs more than
 * the shortest command. Whoever reads asks here first, and the database for the rest, so nobody waits for what others
 * write.
 */
@Singleton
public class ExecutionJournal {
    private static final Logger LOG = ServerLog.of(ExecutionJournal.class);
    private static final int BATCH_MAX = 512;
    private static final long BATCH_BYTES = 4 << 20;
    private static final long FILE_BYTES = 8 << 20;
    /** What is shorter is written once, at its end. */
    private static final Duration STORED_AFTER = Duration.ofMillis(100);

    private final ExecutionRepository repository;
    private final ExecutionBacklog backlog;
    private final Clock clock;
    private final JournalFiles files;
    private final RecordWriter<Pending> writer = new RecordWriter<>(Pending::id, this::store, this::auditAlone);
    private final ReentrantLock flushing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    /** In the order in which they are to be written. */
    private final Map<UUID, Known> byId = new LinkedHashMap<>();

    private long turns;

    @Inject
    public ExecutionJournal(ExecutionRepository repository, ExecutionBacklog backlog, JournalConfig config, Clock clock)
            throws IOException {
        this.repository = repository;
        this.backlog = backlog;
        this.clock = clock;
        this.files = new JournalFiles(config.folder(), FILE_BYTES);
    }

    /** Whether an execution has a row in the database. */
    private enum Row {
        NONE,
        STORED,
        /** The database takes none of it. */
        REFUSED
    }

    /** An execution from its beginning until its end is stored. */
    private static final class Known {
        private final Tenant tenant;
        private JournalEntry latest;
        private Row row;
        /** The turn in which {@code latest} is to be written; 0: it is, or need not be. */
        private long turn;

        /** The file in which {@code latest} is durable until it is written. */
        private @Nullable JournalSegment file;

        private Share share = Share.NOTHING;

        private Known(Tenant tenant, Execution record, Row row) {
            this.tenant = tenant;
            this.latest = new JournalEntry(record, Map.of());
            this.row = row;
        }

        private boolean hasEnded() {
            return latest.execution().ended().isPresent();
        }

        private boolean isDurable() {
            return file != null || row == Row.STORED;
        }

        private RecordWrite write() {
            return new RecordWrite(latest.execution(), latest.inline(), row == Row.STORED);
        }
    }

    /** What is on its way to the database: that which was the latest in its turn. */
    private record Pending(Known known, long turn, RecordWrite write) {
        UUID id() {
            return write.execution().id();
        }
    }

    /** Brings to the database what earlier servers left. Before anything else. */
    public void replay() throws IOException {
        for (JournalFiles.Left left : files.left()) {
            new JournalReplay(repository, left).run();
        }
    }

    /** Throws RATE_LIMITED when too much waits for the database that one more may begin. */
    public void requireRoom(Tenant tenant, Execution execution) {
        backlog.requireRoom(tenant, execution);
    }

    /** An execution begins. {@code lasting}: durable on return; throws when it can't be made so, and then it has not begun. */
    public void begin(Execution execution, Tenant tenant, boolean lasting) {
        lock.lock();
        try {
            Known known = new Known(tenant, execution, Row.NONE);
            if (lasting) {
                write(known, known.latest);
            }
            byId.put(execution.id(), known);
        } finally {
            lock.unlock();
        }
    }

    /** An execution has begun before, and has its row in the database. */
    public void adopt(Execution execution, Tenant tenant) {
        lock.lock();
        try {
            byId.put(execution.id(), new Known(tenant, execution, Row.STORED));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Its command is about to run. That is durable before the command can be found running, so that none runs of which
     * nobody knows; where there is no room for it, what the sandbox knows is left.
     */
    public void start(Execution execution) {
        lock.lock();
        try {
            Known known = byId.get(execution.id());
            if (known == null || known.hasEnded()) {
                return;
            }
            boolean isTold = known.isDurable() || known.turn > 0;
            tryToKeep(known, new JournalEntry(execution, Map.of()));
            if (isTold) {
                queue(known);
            }
        } finally {
            lock.unlock();
        }
    }

    /** An execution has ended, and its first end counts; durable on return. Throws when it can't be made so; to be tried again. */
    public void end(Execution execution, Map<OutputStreamKind, byte[]> inline) {
        JournalEntry end = new JournalEntry(execution, inline);
        byte[] bytes = end.encode();
        lock.lock();
        try {
            Known known = byId.get(execution.id());
            if (known == null || known.hasEnded()) {
                return;
            }
            if (known.share == Share.NOTHING) {
                known.share = backlog.count(known.tenant, end);
            }
            write(known, end, bytes);
            execution.ended().ifPresent(ExecutionJournal::count);
        } finally {
            lock.unlock();
        }
    }

    private static void count(Execution.End end) {
        Metrics.EXECUTIONS.count(end.state().word());
        Metrics.OUTPUT_BYTES.add(end.outputBytes());
        if (end.outOfMemory()) {
            Metrics.OUT_OF_MEMORY.count();
        }
    }

    /** An execution has not begun after all: that is its end where somebody may know of it, and else nobody ever will. */
    public void abandon(Execution lost) {
        lock.lock();
        try {
            Known known = byId.get(lost.id());
            if (known != null && known.turn == 0 && !known.isDurable()) {
                byId.remove(lost.id());
                return;
            }
        } finally {
            lock.unlock();
        }
        end(lost, Map.of());
    }

    private void write(Known known, JournalEntry entry) {
        write(known, entry, entry.encode());
    }

    /** Makes it durable, and lets it stand in line for the database. */
    private void write(Known known, JournalEntry entry, byte[] bytes) {
        keep(known, entry, bytes);
        queue(known);
    }

    private void keep(Known known, JournalEntry entry, byte[] bytes) {
        JournalSegment file;
        try {
            file = files.append(bytes);
        } catch (IOException noRoom) {
            throw new UncheckedIOException("the journal can't be written", noRoom);
        }
        release(known);
        known.latest = entry;
        known.file = file;
    }

    /** Makes it durable where there is room, without a place in line: what is short is written once, at its end. */
    private void tryToKeep(Known known, JournalEntry entry) {
        try {
            keep(known, entry, entry.encode());
        } catch (UncheckedIOException noRoom) {
            known.latest = entry;
            Failures.log(LOG, Level.FINE, noRoom, () -> "What has begun can't be made durable now");
        }
    }

    private void queue(Known known) {
        known.turn = ++turns;
        UUID id = known.latest.execution().id();
        if (byId.remove(id) != null) {
            byId.put(id, known);
        }
    }

    private void release(Known known) {
        JournalSegment file = known.file;
        known.file = null;
        if (file == null) {
            return;
        }
        try {
            files.release(file);
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "A file of the journal can''t be removed: {0}", stays.getMessage());
        }
    }

    /** What is known of it that the database may not have; empty for one that has ended, and is stored. */
    public Optional<JournalEntry> find(UUID id) {
        lock.lock();
        try {
            return Optional.ofNullable(byId.get(id)).map(known -> known.latest);
        } finally {
            lock.unlock();
        }
    }

    /**
     * All of an environment of which the database may not have the latest. Whoever is told of them finds them after a
     * crash.
     */
    public List<Execution> of(UUID environment) {
        lock.lock();
        try {
            List<Known> found = byId.values().stream()
                    .filter(known -> known.latest.execution().environmentId().equals(environment))
                    .toList();
            found.stream()
                    .filter(known -> known.row == Row.NONE && !known.isDurable())
                    .forEach(known -> tryToKeep(known, known.latest));
            return found.stream().map(known -> known.latest.execution()).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Brings to the database what waits for it by now. What could not be written goes on waiting, and is thrown for.
     * Called several times a second, by one thread; others wait for it.
     */
    public void flush() {
        flushing.lock();
        try {
            long last = queueWhatLasts();
            RuntimeException failure = null;
            for (List<Pending> batch = next(last); !batch.isEmpty(); batch = next(last)) {
                RecordWriter.Result<Pending> result = writer.write(batch);
                settle(batch, result);
                failure = result.failure().orElse(failure);
                if (failure != null && Violations.isAway(failure)) {
                    break;
                }
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            flushing.unlock();
        }
    }

    private void store(List<Pending> batch) {
        repository.write(batch.stream().map(Pending::write).toList());
    }

    private void auditAlone(Pending pending) {
        repository.auditAlone(pending.write().execution());
    }

    /** Returns the last turn that there is. */
    private long queueWhatLasts() {
        Instant before = clock.instant().minus(STORED_AFTER);
        lock.lock();
        try {
            List<Known> lasting = byId.values().stream()
                    .filter(known -> known.row == Row.NONE && known.turn == 0)
                    .filter(known -> !known.latest.execution().queuedAt().isAfter(before))
                    .toList();
            lasting.forEach(this::queue);
            return turns;
        } finally {
            lock.unlock();
        }
    }

    private List<Pending> next(long last) {
        lock.lock();
        try {
            List<Pending> batch = new ArrayList<>();
            long bytes = 0;
            for (Known known : byId.values()) {
                if (known.turn > 0 && known.turn <= last) {
                    bytes += ExecutionBacklog.weight(known.latest);
                    if (batch.size() == BATCH_MAX || (!batch.isEmpty() && bytes > BATCH_BYTES)) {
                        break;
                    }
                    batch.add(new Pending(known, known.turn, known.write()));
                }
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void settle(List<Pending> batch, RecordWriter.Result<Pending> result) {
        lock.lock();
        try {
            result.stored().forEach(pending -> settle(pending, Row.STORED));
            result.refused().forEach(pending -> settle(pending, Row.REFUSED));
            // What is left of them stands behind all others, in a turn that is not this round's.
            batch.stream()
                    .filter(pending -> pending.known().turn == pending.turn())
                    .forEach(pending -> queue(pending.known()));
        } finally {
            lock.unlock();
        }
    }

    private void settle(Pending pending, Row row) {
        Known known = pending.known();
        known.row = row;
        if (known.turn != pending.turn()) {
            // Something came meanwhile, and finds the row.
            return;
        }
        known.turn = 0;
        release(known);
        if (known.hasEnded()) {
            byId.remove(pending.id());
            known.share.close();
        }
    }

    @PreDestroy
    public void close() {
        try (files) {
            flush();
        } catch (IOException | RuntimeException kept) {
            Failures.log(LOG, Level.WARNING, kept, () -> "What ended last comes to the database at the next start");
        }
    }
}
