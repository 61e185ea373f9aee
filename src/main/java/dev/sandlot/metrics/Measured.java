package dev.sandlot.metrics;

/** A bean that has something to read. */
public interface Measured {
    /** Tells how it stands now. Waits for nothing but a file system; leaves out what can't be read. */
    void measure(Readings readings);
}
