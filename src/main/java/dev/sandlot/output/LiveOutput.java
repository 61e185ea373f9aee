package dev.sandlot.output;

import static java.util.Objects.requireNonNull;

import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.OutputStreamKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The output of an execution that is under way: all of it in order of arrival and, where the streams are told apart,
 * each of them as well.
 */
public final class LiveOutput implements OutputSink {
    private final Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
    private final Spool merged;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long changes;
    /** Read without the lock: whoever begins to watch looks at what is there before they wait. */
    private final AtomicInteger watchers = new AtomicInteger();

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
        if (watchers.get() > 0) {
            wake();
        }
    }

    /** No more comes. */
    public void end() {
        spools.values().forEach(Spool::finish);
    }

    /** All of it, in order of arrival. */
    public KeptOutput merged() {
        return merged;
    }

    /** The output of a stream; the merged one where streams are not told apart. */
    public KeptOutput of(OutputStreamKind stream) {
        return spools.getOrDefault(stream, merged);
    }

    /** Wakes whoever watches: there is more, or something else that they should look at. */
    public void wake() {
        lock.lock();
        try {
            changes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Begins to watch. To be closed. */
    public Watch watch() {
        lock.lock();
        try {
            watchers.incrementAndGet();
            return new Watch(changes);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for changes; for one thread. */
    public final class Watch implements AutoCloseable {
        private long seen;

        private Watch(long seen) {
            this.seen = seen;
        }

        /** True as soon as there was a change since the last call; false after that time. */
        public boolean await(Duration most) throws InterruptedException {
            long left = most.toNanos();
            lock.lockInterruptibly();
            try {
                while (changes == seen && left > 0) {
                    left = changed.awaitNanos(left);
                }
                boolean came = changes != seen;
                seen = changes;
                return came;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            watchers.decrementAndGet();
        }
    }

    /** The outputs that are small enough to be stored with the record. */
    public Map<OutputStreamKind, byte[]> inline() {
        Map<OutputStreamKind, byte[]> inline = new EnumMap<>(OutputStreamKind.class);
        spools.forEach((stream, spool) -> spool.inlineBytes().ifPresent(bytes -> inline.put(stream, bytes)));
        return inline;
    }

    /** How much that is. */
    public static long size(Map<OutputStreamKind, byte[]> inline) {
        return inline.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    public boolean isSplit() {
        return spools.containsKey(OutputStreamKind.STDOUT);
    }

    /** What a sandbox need not send again. */
    public KnownOutput known() {
        return isSplit()
                ? new KnownOutput(total(OutputStreamKind.STDOUT), total(OutputStreamKind.STDERR))
                : new KnownOutput(merged.total(), 0);
    }

    private long total(OutputStreamKind stream) {
        return of(stream).extent().total();
    }
}
