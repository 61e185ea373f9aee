package dev.sandlot.execution;

import static java.util.Objects.requireNonNull;

import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.OutputStreamKind;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The output of an execution that is under way: all of it in order of arrival and, where the streams are told apart,
 * each of them as well. Readers wait for more of it; none of them can hold the command up.
 */
final class LiveOutput implements OutputSink {
    private final Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
    private final Spool merged;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private volatile boolean watched;
    private boolean ended;

    /** {@code spools}: one for OUTPUT, and for STDOUT and STDERR where those are told apart. */
    LiveOutput(Map<OutputStreamKind, Spool> spools) {
        this.spools.putAll(spools);
        this.merged = requireNonNull(spools.get(OutputStreamKind.OUTPUT), "a spool for the merged output");
    }

    @Override
    public void accept(OutputStreamKind stream, long offset, ByteBuffer bytes) {
        Spool own = spools.get(stream);
        if (stream != OutputStreamKind.OUTPUT && own != null) {
            merged.append(bytes.duplicate());
        }
        if (own != null) {
            own.append(offset, bytes);
        }
        if (watched) {
            tell();
        }
    }

    private void tell() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more comes. */
    void end() {
        spools.values().forEach(Spool::finish);
        lock.lock();
        try {
            ended = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a stream has more than {@code known} bytes, or no more comes, or the time is over. */
    void await(OutputStreamKind stream, long known, long timeoutMillis) throws InterruptedException {
        watched = true;
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (!ended && left > 0 && spool(stream).total() <= known) {
                left = news.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    Spool merged() {
        return merged;
    }

    /** That of the stream; the merged one where streams are not told apart. */
    Spool spool(OutputStreamKind stream) {
        return spools.getOrDefault(stream, merged);
    }

    /** Those outputs that are small enough to be stored with the record. */
    Map<OutputStreamKind, byte[]> inline() {
        Map<OutputStreamKind, byte[]> inline = new EnumMap<>(OutputStreamKind.class);
        spools.forEach((stream, spool) -> spool.inlineBytes().ifPresent(bytes -> inline.put(stream, bytes)));
        return inline;
    }

    boolean isSplit() {
        return spools.containsKey(OutputStreamKind.STDOUT);
    }

    /** What a sandbox need not send again. */
    KnownOutput known() {
        return isSplit()
                ? new KnownOutput(
                        spool(OutputStreamKind.STDOUT).total(),
                        spool(OutputStreamKind.STDERR).total())
                : new KnownOutput(merged().total(), 0);
    }
}
