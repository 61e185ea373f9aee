package dev.sandlot.records;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids that sort by time: UUID version 7 (RFC 9562, 5.7). A database's index grows at its end only. */
public final class TimeOrderedId {
    /** By which other ids can be told apart from these. */
    public static final int VERSION = 7;

    private static final long VERSION_BITS = VERSION << 12;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private TimeOrderedId() {}

    public static UUID create(Instant now) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = now.toEpochMilli() << 16 | VERSION_BITS | random.nextInt(0x1000);
        return new UUID(most, VARIANT | random.nextLong() >>> 2);
    }
}
