package dev.sandlot.budget;

/** What was taken of a budget. To be closed when it is needed no more; closing it twice does nothing. */
public interface Share extends AutoCloseable {
    /** Holds nothing. */
    Share NOTHING = () -> {};

    @Override
    void close();
}
