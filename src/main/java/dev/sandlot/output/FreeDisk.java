package dev.sandlot.output;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The room of a file system that outputs may take: all of what is free but a reserve. */
final class FreeDisk {
    private static final long BLOCK = 4096;

    private final LongSupplier free;
    private final long reserve;
    /** Bytes that were promised and may not be written yet. */
    private final AtomicLong promised = new AtomicLong();

    FreeDisk(LongSupplier free, long reserve) {
        this.free = free;
        this.reserve = reserve;
    }

    /** What a file of that size takes of the disk. */
    static long taken(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** True when so many bytes may be written; whoever writes them says so then. */
    boolean promise(long bytes) {
        long all = promised.addAndGet(bytes);
        if (free.getAsLong() - all >= reserve) {
            return true;
        }
        promised.addAndGet(-bytes);
        return false;
    }

    /** Gives back room that was asked for: the bytes were written, or will not be. */
    void settle(long bytes) {
        promised.addAndGet(-bytes);
    }

    /** How many bytes of the reserve are used up. */
    long missing() {
        return Math.max(0, reserve - free.getAsLong());
    }
}
