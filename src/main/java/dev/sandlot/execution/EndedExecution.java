package dev.sandlot.execution;

import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.OutputStreamKind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** An execution of which the stored record is all there is. */
record EndedExecution(Execution record, Function<OutputStreamKind, KeptOutput> outputs) implements ExecutionProgress {
    @Override
    public CompletableFuture<Execution> ended() {
        return record.state().isTerminal()
                ? CompletableFuture.completedFuture(record)
                : CompletableFuture.failedFuture(
                        new IllegalStateException("execution " + record.id() + " is under way elsewhere"));
    }

    @Override
    public KeptOutput output(OutputStreamKind stream) {
        return outputs.apply(stream);
    }

    @Override
    public Optional<LiveOutput> live() {
        return Optional.empty();
    }
}
