package dev.sandlot.retention;

import dev.sandlot.output.Held;
import dev.sandlot.output.InlineOutput;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.OutputStore;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.retention.StoredBytes.Gone;
import dev.sandlot.retention.StoredBytes.Stored;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Drops the oldest outputs of an environment. First the records say so, then the bytes go. */
@Singleton
class OutputEviction {
    private static final int AT_ONCE = 64;

    private final StoredBytes stored;
    private final ExecutionRepository repository;
    private final OutputStore outputs;

    @Inject
    OutputEviction(StoredBytes stored, ExecutionRepository repository, OutputStore outputs) {
        this.stored = stored;
        this.repository = repository;
        this.outputs = outputs;
    }

    /** Drops at least so many bytes, if there are so many of executions that have ended; returns how many it was. */
    long drop(KeptAccount account, long bytes) throws IOException {
        long freed = 0;
        Stride stride = Stride.upTo(AT_ONCE);
        while (freed < bytes) {
            List<Stored> oldest = oldest(account, stride.length());
            if (oldest.isEmpty()) {
                return freed;
            }
            freed += drop(account, oldest, bytes - freed);
            stride = stride.next();
        }
        return freed;
    }

    private List<Stored> oldest(KeptAccount account, int atOnce) {
        UUID environment = account.environment();
        List<Stored> oldest = stored.oldestOutputs(environment, account.outputsFrom(), atOnce);
        if (oldest.isEmpty() && account.outputsFrom().isAfter(Instant.EPOCH)) {
            // One that took long may have ended since: it is older.
            oldest = stored.oldestOutputs(environment, Instant.EPOCH, atOnce);
        }
        oldest.stream().findFirst().ifPresent(first -> account.outputsFrom(first.queuedAt()));
        return oldest;
    }

    private long drop(KeptAccount account, List<Stored> oldest, long bytes) throws IOException {
        UUID environment = account.environment();
        long freed = 0;
        List<Gone> gone = new ArrayList<>();
        for (Stored execution : oldest) {
            if (freed >= bytes) {
                break;
            }
            freed += execution.outputBytes() + outputs.kept(environment, execution.id());
            gone.add(gone(environment, execution));
        }
        stored.markGone(gone);
        for (Gone execution : gone) {
            outputs.drop(environment, execution.id());
        }
        account.add(Held.outputs(-freed));
        return freed;
    }

    private Gone gone(UUID environment, Stored execution) throws IOException {
        return execution.split()
                ? new Gone(
                        execution.id(),
                        Optional.of(total(environment, execution.id(), OutputStreamKind.STDOUT)),
                        Optional.of(total(environment, execution.id(), OutputStreamKind.STDERR)))
                : new Gone(execution.id(), Optional.empty(), Optional.empty());
    }

    private long total(UUID environment, UUID execution, OutputStreamKind stream) throws IOException {
        byte[] inline = repository.inline(execution).get(stream);
        KeptOutput output = inline != null ? InlineOutput.of(inline) : outputs.find(environment, execution, stream, 0);
        return output.extent().total();
    }
}
