package dev.sandlot.retention;

import dev.sandlot.output.Held;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.output.OutputStore;
import dev.sandlot.retention.StoredBytes.Stored;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Drops the oldest records of an environment: of executions that have ended and that nobody can ask for with a key. Of
 * those with a key only a long command goes; where all that is left are such, no more of them begin.
 */
@Singleton
class RecordEviction {
    /** Before it is looked again whether keys have had their time. */
    private static final Duration REFUSED = Duration.ofMinutes(1);

    private static final int AT_ONCE = 256;
    private static final long BYTES_AT_ONCE = 4 << 20;

    private final StoredBytes stored;
    private final OutputStore outputs;
    private final Clock clock;

    @Inject
    RecordEviction(StoredBytes stored, OutputStore outputs, Clock clock) {
        this.stored = stored;
        this.outputs = outputs;
        this.clock = clock;
    }

    /** Drops so many bytes and so many executions, if there are so many; returns whether there were. */
    boolean drop(KeptAccount account, long bytes, long executions) throws IOException {
        if (account.refusesKeys(clock.instant())) {
            return false;
        }
        Held before = account.held();
        long bytesLeft = bytes;
        long executionsLeft = executions;
        Instant from = Instant.EPOCH;
        Stride stride = Stride.upTo(AT_ONCE);
        while (bytesLeft > 0 || executionsLeft > 0) {
            List<Stored> some = enough(
                    stored.oldestWithoutKey(account.environment(), from, stride.length()), bytesLeft, executionsLeft);
            if (some.isEmpty()) {
                break;
            }
            from = some.get(some.size() - 1).queuedAt();
            bytesLeft -= delete(account, some);
            executionsLeft -= some.size();
            stride = stride.next();
        }
        if (bytesLeft - cutCommands(account, bytesLeft) <= 0 && executionsLeft <= 0) {
            return true;
        }
        Held keyed = stored.ofKeyed(account.environment());
        if (keyed.records() > before.records() - bytes || keyed.executions() > before.executions() - executions) {
            account.refuseKeys(clock.instant().plus(REFUSED));
        }
        return false;
    }

    /** The first of them, as many as are needed, but no more than a transaction should have. */
    private static List<Stored> enough(List<Stored> oldest, long bytes, long executions) {
        List<Stored> some = new ArrayList<>();
        long sum = 0;
        for (Stored execution : oldest) {
            if (sum >= BYTES_AT_ONCE || (sum >= bytes && some.size() >= executions)) {
                break;
            }
            some.add(execution);
            sum += execution.recordBytes();
        }
        return some;
    }

    private long delete(KeptAccount account, List<Stored> executions) throws IOException {
        UUID environment = account.environment();
        long recordBytes = 0;
        long outputBytes = 0;
        for (Stored execution : executions) {
            recordBytes += execution.recordBytes();
            outputBytes += execution.outputBytes() + outputs.kept(environment, execution.id());
        }
        stored.delete(executions.stream().map(Stored::id).toList());
        for (Stored execution : executions) {
            outputs.drop(environment, execution.id());
        }
        account.add(new Held(0, -outputBytes, -recordBytes, -executions.size()));
        return recordBytes;
    }

    private long cutCommands(KeptAccount account, long bytes) {
        long freed = 0;
        Instant from = Instant.EPOCH;
        Stride stride = Stride.upTo(AT_ONCE);
        while (freed < bytes) {
            List<Stored> some =
                    enough(stored.oldestLong(account.environment(), from, stride.length()), bytes - freed, 0);
            if (some.isEmpty()) {
                break;
            }
            from = some.get(some.size() - 1).queuedAt();
            long cut = stored.cutCommands(some);
            account.add(Held.records(-cut, 0));
            freed += cut;
            stride = stride.next();
        }
        return freed;
    }
}
