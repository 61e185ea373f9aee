package dev.sandlot.records;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids that sort by time: UUID version 7 (RFC 9562, 5.7). A database's index grows at its end only. */
public final class TimeOrderedId {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private TimeOrderedId() {}

    public static UUID create(Instant now) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = now.toEpochMilli() << 16 | VERSION | random.nextInt(0x1000);
        return new UUID(most, VARIANT | random.nextLong() >>> 2);
    }
}
