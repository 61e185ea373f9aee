package dev.sandlot.retention;

/**
 * How many executions are looked at in one go. One that has a long command or output may be enough, and each is read as a
 * whole; where the first are not enough, more are taken.
 *
 * @param most in one go
 */
record Stride(int length, int most) {
    private static final int FIRST = 4;

    static Stride upTo(int most) {
        return new Stride(Math.min(FIRST, most), most);
    }

    Stride next() {
        return new Stride(Math.min(4 * length, most), most);
    }
}
