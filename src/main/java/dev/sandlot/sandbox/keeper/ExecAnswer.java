package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecOutcome;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/** What a keeper says of a command. A number that can't be is no answer. */
final class ExecAnswer {
    /** More than any command prints, uses or lasts; sums of a few of them are numbers still. */
    static final long MOST = 1L << 56;

    private static final int EXIT_CODE_MAX = 255;
    private static final int SIGNAL_MAX = 64;
    private static final int SIGKILL = 9;

    private static final int FLAG_TIMED_OUT = 1;
    private static final int FLAG_OUT_OF_MEMORY = 2;
    private static final int FLAG_CANCELLED = 4;
    private static final int FLAG_IDLE = 8;

    private static final Set<String> NO_SUCH_USER = Set.of("find the user", "find the group");
    private static final String BECOME = "become";
    private static final int ERANGE = 34;
    private static final String NO_SUCH_SHELL = "find the shell";

    private static final int KIND_NOT_STARTED = 1;
    private static final int KIND_UNKNOWN = 2;
    private static final int KIND_SANDBOX_DIED = 3;

    private static final long MICROS_MAX = Long.MAX_VALUE / 1000;

    private ExecAnswer() {}

    /** How a command ended. Throws what the keeper says that happened instead. */
    static ExecReport report(Frame last) throws MalformedAnswerException, SandboxException {
        return switch (last.type()) {
            case FrameType.EXITED -> report(last.fields());
            case FrameType.FAILED -> throw failure(last.fields());
            default -> throw last.unexpected();
        };
    }

    /** Throws what the keeper says, if it is not that there is a connection to a service. */
    static void requireConnected(Frame last) throws MalformedAnswerException, SandboxException {
        if (last.type() == FrameType.FAILED) {
            throw failure(last.fields());
        }
        last.expect(FrameType.CONNECTED);
    }

    /** How much was done, {@code most} at most; empty where the keeper says that it can't be done. */
    static OptionalInt done(Frame last, int most) throws MalformedAnswerException {
        if (last.type() == FrameType.FAILED) {
            return OptionalInt.empty();
        }
        last.expect(FrameType.DONE);
        return OptionalInt.of((int) last.fields().number(Tag.DONE_COUNT, most));
    }

    private static ExecReport report(Fields fields) throws MalformedAnswerException {
        return new ExecReport(
                outcome(fields),
                Duration.ofNanos(fields.number(Tag.EXITED_DURATION_US, MICROS_MAX) * 1000),
                Duration.ofNanos(fields.number(Tag.EXITED_CPU_US, MICROS_MAX) * 1000),
                fields.number(Tag.EXITED_PEAK_BYTES, MOST),
                fields.number(Tag.EXITED_OUTPUT_BYTES, MOST));
    }

    private static ExecOutcome outcome(Fields fields) throws MalformedAnswerException {
        long flags = fields.number(Tag.EXITED_FLAGS, Integer.MAX_VALUE);
        if ((flags & FLAG_IDLE) != 0) {
            return new ExecOutcome.Silent();
        }
        if ((flags & FLAG_TIMED_OUT) != 0) {
            return new ExecOutcome.TimedOut();
        }
        if ((flags & FLAG_CANCELLED) != 0) {
            return new ExecOutcome.Cancelled();
        }
        if ((flags & FLAG_OUT_OF_MEMORY) != 0) {
            return new ExecOutcome.Signalled(SIGKILL, true);
        }
        if (!fields.has(Tag.EXITED_CODE) && !fields.has(Tag.EXITED_SIGNAL)) {
            throw new MalformedAnswerException("an end that does not say how");
        }
        return fields.has(Tag.EXITED_SIGNAL)
                ? new ExecOutcome.Signalled((int) fields.number(Tag.EXITED_SIGNAL, SIGNAL_MAX), false)
                : new ExecOutcome.Exited((int) fields.number(Tag.EXITED_CODE, EXIT_CODE_MAX));
    }

    private static Kind notStarted(Fields fields) throws MalformedAnswerException {
        String what = fields.text(Tag.FAILED_WHAT);
        boolean isNobodysId = what.equals(BECOME) && fields.number(Tag.FAILED_ERRNO, Integer.MAX_VALUE) == ERANGE;
        if (isNobodysId || NO_SUCH_USER.contains(what)) {
            return Kind.NO_SUCH_USER;
        }
        return what.equals(NO_SUCH_SHELL) ? Kind.NO_SUCH_SHELL : Kind.NOT_STARTED;
    }

    static SandboxException failure(Fields fields) throws MalformedAnswerException {
        Kind kind = switch ((int) fields.number(Tag.FAILED_KIND, Integer.MAX_VALUE)) {
            case KIND_NOT_STARTED -> notStarted(fields);
            case KIND_SANDBOX_DIED -> Kind.SANDBOX_DIED;
            case KIND_UNKNOWN -> Kind.UNKNOWN;
            // A word that is not known is no promise that nothing ran.
            default -> Kind.UNKNOWN;
        };
        return new SandboxException(
                kind,
                "could not " + fields.text(Tag.FAILED_WHAT) + " " + fields.text(Tag.FAILED_ON) + " (errno "
                        + fields.number(Tag.FAILED_ERRNO, Integer.MAX_VALUE) + ")");
    }
}
