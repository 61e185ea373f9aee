package dev.sandlot.sandbox.keeper;

import java.nio.file.Path;

/** Ids of the host that users of a sandbox have, its root apart where that is the server's own user. */
public sealed interface HostIds {
    /** How many a sandbox has: 0 to 65,535. */
    int COUNT = 65_536;

    /**
     * As many as there are, one after the other, and nobody else's.
     *
     * @param first root's
     */
    record Range(long first) implements HostIds {
        public Range {
            if (first < 1) {
                throw new IllegalArgumentException("the first of a range of ids must be positive: " + first);
            }
        }
    }

    /**
     * What a plain user may give away (subuid(5)), for others than root.
     *
     * @param uidTool newuidmap(1)
     * @param gidTool newgidmap(1)
     * @param count how many of both kinds, {@link #COUNT} less root's at most
     */
    record Granted(Path uidTool, Path gidTool, long firstUid, long firstGid, long count) implements HostIds {
        public Granted {
            if (firstUid < 1 || firstGid < 1 || count < 1 || count >= COUNT) {
                throw new IllegalArgumentException("ids can't be granted: " + count);
            }
        }
    }
}
