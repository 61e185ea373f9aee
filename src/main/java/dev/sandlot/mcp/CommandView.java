package dev.sandlot.mcp;

import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.OutputReader;
import dev.sandlot.output.OutputReader.Piece;
import dev.sandlot.output.OutputText;
import dev.sandlot.output.OutputText.Shown;
import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A command as a model is told of it: no more than it can take in, and nothing that it has said itself. */
public record CommandView(
        UUID executionId,
        String state,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable String output,
        @Nullable Boolean truncated,
        @Nullable Long nextOffset) {
    /** Of a model's attention, not of memory. */
    private static final int SHOWN_MAX = 64 * 1024;

    private static final int TIMED_OUT = 124;

    static CommandView begun(ExecutionProgress execution) {
        return of(execution.record(), null, null, null);
    }

    /** Its end alone. */
    static CommandView ended(Execution execution) {
        return of(execution, null, null, null);
    }

    /** Its end, with head and tail of what it printed. */
    static CommandView whole(ExecutionProgress execution, Execution end) {
        try {
            Shown shown = OutputText.shown(execution.output(OutputStreamKind.OUTPUT), SHOWN_MAX);
            return of(end, shown.text(), shown.truncated(), null);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** As far as it has come, with what it printed from there on. */
    static CommandView from(ExecutionProgress execution, long offset) {
        Execution record = execution.record();
        KeptOutput output = execution.output(OutputStreamKind.OUTPUT);
        OutputReader reader = new OutputReader(OutputStreamKind.OUTPUT, output, offset);
        StringBuilder text = new StringBuilder();
        try {
            long at = offset;
            for (Optional<Piece> piece = reader.next(record.ended().isPresent());
                    piece.isPresent();
                    piece = text.length() < SHOWN_MAX / 2
                            ? reader.next(record.ended().isPresent())
                            : Optional.empty()) {
                if (piece.get().offset() > at) {
                    text.append(OutputText.marker(piece.get().offset() - at)).append('\n');
                }
                text.append(piece.get().text());
                at = reader.position();
            }
            return of(record, text.toString(), at < output.extent().total(), at);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static CommandView of(
            Execution execution, @Nullable String output, @Nullable Boolean truncated, @Nullable Long nextOffset) {
        Integer exitCode = execution.ended().map(End::exitCode).orElse(null);
        return new CommandView(
                execution.id(),
                execution.state().word(),
                execution.state() == ExecutionState.TIMED_OUT ? Integer.valueOf(TIMED_OUT) : exitCode,
                execution.ended().map(End::reason).orElse(null),
                output,
                truncated,
                nextOffset);
    }

    /** Who writes it as JSON keeps it in a set meanwhile: its output is not to be read once more for that. */
    @Override
    public int hashCode() {
        return executionId.hashCode();
    }
}
