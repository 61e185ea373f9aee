package dev.sandlot.sandbox;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A way to make sandboxes and run commands in them. Every method may be called from many threads and blocks no longer
 * than it says. Commands of one sandbox run side by side. A thread that is interrupted, and every one that waits when
 * the backend is closed, gets a SandboxException INTERRUPTED, and nothing has changed by that; it is told of no sandbox
 * that it has ended or broken.
 */
public interface SandboxBackend {
    /**
     * Makes a sandbox; it is ready for commands on return. Bounded by 30 s.
     *
     * @throws SandboxException NOT_STARTED, and then nothing of it is left
     */
    void create(SandboxSpec spec) throws SandboxException;

    /**
     * Runs a command and waits for its end: its timeout plus a grace of 15 s at most. The command ends when its process
     * does; what it left running in the background lives on in the sandbox. Of that, who is at work is heard until it
     * has closed the pipe, sleeps, or was silent for some 50 ms, and for half a second at most; what is printed later is
     * dropped. Past the timeout all of its process tree is dead before this returns. Its ending is kept by the sandbox
     * until {@link #acknowledge}.
     *
     * @throws SandboxException which says whether the command ran; NO_ANSWER after the grace
     */
    ExecReport execute(SandboxId sandbox, ExecSpec spec, OutputSink sink) throws SandboxException;

    /**
     * Waits for the end of a command that an earlier server started, as {@link #execute} does.
     *
     * @param known how much of its output is
     * @param timeout how long it may still take
     * @throws SandboxException UNKNOWN when the sandbox does not know it
     */
    ExecReport attach(SandboxId sandbox, ExecId id, KnownOutput known, Duration timeout, OutputSink sink)
            throws SandboxException;

    /** The ending is stored: the sandbox may forget the execution. Does nothing for one that is not known. */
    void acknowledge(SandboxId sandbox, ExecId id);

    /**
     * Kills a command with its tree; whoever waits for it gets its end. One that {@link #execute} has been called for, and
     * that has not reached the sandbox, is killed when it has, or does not begin. Does nothing for one that is not known.
     */
    void cancel(SandboxId sandbox, ExecId id) throws SandboxException;

    /**
     * Writes to the standard input of a running command that was started with an open one, as much as it takes now.
     * Bounded by 20 s.
     *
     * @param end nothing more comes, where all of that was taken
     * @return how many bytes were taken; empty where nobody reads there, or the command is not under way
     */
    OptionalInt write(SandboxId sandbox, ExecId id, ByteBuffer bytes, boolean end) throws SandboxException;

    /**
     * Sends a signal to the process of a running command and to those of its group. Bounded by 20 s.
     *
     * @return false where it is not under way, or this host's sandboxes can't
     */
    boolean signal(SandboxId sandbox, ExecId id, int number) throws SandboxException;

    /** The sandbox is to live so long from now on, should this server not end it. Bounded by 20 s. */
    void extend(SandboxId sandbox, Duration lifetime) throws SandboxException;

    /**
     * Connects to whoever listens on a port of the sandbox's own loopback, IPv4 before IPv6. Bounded by 20 s.
     *
     * @param idle how long one read or write may take; past that it fails
     * @throws SandboxException NOT_STARTED when nobody takes the connection, or there are too many
     */
    SandboxStream connect(SandboxId sandbox, int port, Duration idle) throws SandboxException;

    /**
     * Sends for somebody who carries files. Bounded by 20 s.
     *
     * @param user user[:group], names of the image's or numbers; empty: root
     * @param idle how long one read or write may take; past that it fails
     * @throws FileException NOT_FOUND: there is no such user; INVALID_PATH: it can't be one
     * @throws SandboxException NOT_STARTED when there are too many
     */
    FileCourier courier(SandboxId sandbox, Optional<String> user, Duration idle) throws SandboxException, FileException;

    /**
     * Ends all that runs in a sandbox: none of it lives on return. {@link #destroy} is to follow, and clears away what the
     * sandbox has of the host besides. Idempotent; of several at once all wait for the one. Bounded by 90 s.
     *
     * @throws SandboxException NO_ANSWER when something may live on
     */
    default void end(SandboxId sandbox) throws SandboxException {
        destroy(sandbox);
    }

    /**
     * Ends a sandbox and all that runs in it; nothing of it is left on return. Idempotent. Bounded by 90 s.
     *
     * @throws SandboxException NO_ANSWER when something may be left, or it is just being made
     */
    void destroy(SandboxId sandbox) throws SandboxException;

    /** All sandboxes of this server that exist, those of an earlier run included, with the commands that they know. */
    Set<Observed> list();

    /** What this host can guarantee. */
    Guarantees guarantees();

    /** Lets go of connections; sandboxes live on. */
    void close();

    /**
     * A sandbox that exists.
     *
     * @param executions those under way and those whose endings it holds; empty when it does not say now
     */
    record Observed(SandboxId id, Optional<Set<ExecId>> executions) {}
}
