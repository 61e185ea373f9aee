package dev.sandlot.output;

/** The room that an output's file may take. For one thread at a time. */
interface SpoolRoom {
    /** Without a bound. */
    SpoolRoom UNBOUNDED = new SpoolRoom() {
        @Override
        public long grow(long size) {
            return size;
        }

        @Override
        public void adopt(long size) {
            // There is room for everything.
        }

        @Override
        public void settle(long size) {
            // There is room for everything.
        }
    };

    /** The file is to have that size; returns the size that it may have, less when there is no room now. */
    long grow(long size);

    /** The file has that size already. */
    void adopt(long size);

    /** The file grows no more, and has that size. */
    void settle(long size);
}
