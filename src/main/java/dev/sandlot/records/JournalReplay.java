package dev.sandlot.records;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Brings to the database what a file of the journal holds, a few entries at a time. What can't be read is passed over and
 * told of in the log, and the file is kept then.
 */
final class JournalReplay {
    private static final Logger LOG = ServerLog.of(JournalReplay.class);
    private static final int BATCH_MAX = 128;
    private static final long BATCH_BYTES = 4 << 20;

    private final JournalFiles.Left left;
    private final RecordWriter<JournalEntry> writer;
    private final List<JournalEntry> batch = new ArrayList<>();
    private long batchBytes;
    private int unreadable;

    JournalReplay(ExecutionRepository repository, JournalFiles.Left left) {
        this.left = left;
        this.writer = new RecordWriter<>(
                JournalReplay::id, repository::replay, entry -> repository.auditAlone(entry.execution()));
    }

    private static UUID id(JournalEntry entry) {
        return entry.execution().id();
    }

    /** Throws IOException for a file that this server can't read at all, and what the database throws when it is away. */
    void run() throws IOException {
        List<JournalReader.Part> damaged;
        try (JournalReader reader = left.open()) {
            for (Optional<byte[]> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                add(entry.get());
            }
            write();
            damaged = reader.passedOver();
        }
        if (damaged.isEmpty() && unreadable == 0) {
            left.delete();
        } else {
            tell(damaged, left.keepAside());
        }
    }

    private void add(byte[] bytes) {
        try {
            batch.add(JournalEntry.decode(left.version(), bytes));
            batchBytes += bytes.length;
        } catch (IOException | RuntimeException noEntry) {
            unreadable++;
            Failures.log(LOG, Level.FINE, noEntry, () -> "An entry of the journal is none");
        }
        if (batch.size() >= BATCH_MAX || batchBytes >= BATCH_BYTES) {
            write();
        }
    }

    private void write() {
        if (batch.isEmpty()) {
            return;
        }
        writer.write(batch).failure().ifPresent(failure -> {
            throw failure;
        });
        batch.clear();
        batchBytes = 0;
    }

    private void tell(List<JournalReader.Part> damaged, String kept) {
        for (JournalReader.Part part : damaged) {
            LOG.log(Level.WARNING, "The journal {0} is damaged: its bytes {1} to {2} were passed over", new Object[] {
                left.name(), Long.toString(part.from()), Long.toString(part.to())
            });
        }
        LOG.log(
                Level.WARNING,
                "Not all of the journal {0} could be read, {1} entries were none; it is kept as {2}",
                new Object[] {left.name(), unreadable, kept});
    }
}
