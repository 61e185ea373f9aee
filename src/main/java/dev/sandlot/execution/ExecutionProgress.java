package dev.sandlot.execution;

import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.LiveOutput;
import dev.sandlot.records.Execution;
import dev.sandlot.sandbox.OutputStreamKind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An execution as far as it has come: under way, or at its end. */
public interface ExecutionProgress {
    /** The record as it is now. */
    Execution record();

    /** Completes with the stored record, or fails with what kept it from being stored. */
    CompletableFuture<Execution> ended();

    /** What it has printed so far. */
    KeptOutput output(OutputStreamKind stream);

    /** The growing output; empty when nothing is added any more. */
    Optional<LiveOutput> live();
}
