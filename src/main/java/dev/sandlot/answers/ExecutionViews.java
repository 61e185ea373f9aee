package dev.sandlot.answers;

import dev.sandlot.answers.ExecutionView.Texts;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.execution.ExecutionProgress;
import dev.sandlot.execution.Executions;
import dev.sandlot.output.KeptOutput;
import dev.sandlot.output.OutputConfig;
import dev.sandlot.output.OutputText;
import dev.sandlot.output.OutputText.Shown;
import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a client is told of an execution. */
@Singleton
public class ExecutionViews {
    private static final int TIMEOUT_EXIT_CODE = 124;
    private static final int FAILURE_EXIT_CODE = 255;

    private final Executions executions;
    private final OutputConfig config;

    @Inject
    ExecutionViews(Executions executions, OutputConfig config) {
        this.executions = executions;
        this.config = config;
    }

    /** The exit code that a client is answered with; throws what is no result. */
    public int exitCode(Execution execution, boolean timeoutIsResult) {
        End end = execution.ended().orElseThrow();
        return switch (end.state()) {
            case EXITED, CANCELLED -> {
                if (end.exitCode() == null) {
                    throw new ApiException(
                            ErrorType.BAD_GATEWAY, "The command has ended, but its exit code is not known");
                }
                yield end.exitCode();
            }
            case TIMED_OUT -> {
                if (!timeoutIsResult) {
                    throw new ApiException(
                            ErrorType.GATEWAY_TIMEOUT,
                            end.reason() != null
                                    ? end.reason()
                                    : "The command ran past its timeout of " + execution.timeoutSeconds()
                                            + " s and was killed; what it printed is in the execution's record");
                }
                yield TIMEOUT_EXIT_CODE;
            }
            case LOST -> throw failure(String.valueOf(end.reason()));
            case QUEUED, RUNNING -> throw new IllegalStateException("an end in the state " + end.state());
        };
    }

    /** What the request asked for and its sandbox does not have is a fault of the request. */
    private static ApiException failure(String reason) {
        if (reason.equals(Execution.NO_SUCH_USER)) {
            return fault(reason, "user");
        }
        return reason.equals(Execution.NO_SUCH_SHELL)
                ? fault(reason, "shell")
                : new ApiException(ErrorType.BAD_GATEWAY, reason);
    }

    private static ApiException fault(String reason, String member) {
        Faults faults = new Faults();
        faults.badValue(reason, "body", member);
        return faults.toException();
    }

    /** Whether the text that a client is answered with leaves some of the output out. */
    static boolean isCut(Execution end) {
        return end.ended().map(End::truncated).orElse(false);
    }

    /** The answer to an execute that has ended; throws what is no result. */
    ResultView result(ExecutionProgress execution, Execution end, boolean timeoutIsResult) {
        return new ResultView(
                exitCode(end, timeoutIsResult),
                shown(execution.output(OutputStreamKind.OUTPUT)).text());
    }

    /** What is no result, for a client that reads nothing else: what was printed, and a line that says what happened. */
    ResultView resultOfFailure(ExecutionProgress execution, ApiException failure) {
        String printed = shown(execution.output(OutputStreamKind.OUTPUT)).text();
        String line = "[sandlot: " + failure.detail() + "]\n";
        boolean isCutOff = !printed.isEmpty() && !printed.endsWith("\n");
        return new ResultView(
                failure.type() == ErrorType.GATEWAY_TIMEOUT ? TIMEOUT_EXIT_CODE : FAILURE_EXIT_CODE,
                printed + (isCutOff ? "\n" : "") + line);
    }

    /** The record with its outputs. */
    ExecutionView record(Execution execution) {
        Shown output = shown(executions.output(execution, OutputStreamKind.OUTPUT));
        Texts texts = new Texts(
                output.text(),
                execution.split() ? text(execution, OutputStreamKind.STDOUT) : null,
                execution.split() ? text(execution, OutputStreamKind.STDERR) : null,
                output.truncated());
        return ExecutionView.of(execution, executions.bytesSoFar(execution), texts);
    }

    /** The record alone. */
    ExecutionView summary(Execution execution) {
        return ExecutionView.of(execution, executions.bytesSoFar(execution), Texts.NONE);
    }

    private String text(Execution execution, OutputStreamKind stream) {
        return shown(executions.output(execution, stream)).text();
    }

    private Shown shown(KeptOutput output) {
        try {
            return OutputText.shown(output, config.shownLimit());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
