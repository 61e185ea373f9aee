package dev.sandlot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the application logs meanwhile. */
public final class Logged extends Handler implements AutoCloseable {
    private static final Logger OURS = Logger.getLogger("dev.sandlot");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    public Logged() {
        OURS.addHandler(this);
        OURS.setUseParentHandlers(false);
    }

    public String text() {
        return String.join("", lines);
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(new SimpleFormatter().format(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        OURS.removeHandler(this);
        OURS.setUseParentHandlers(true);
    }
}
