package dev.sandlot.cli;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicLong;

/** What was copied, and what was not, of which the first few are named at once. */
final class Tally {
    private static final int NAMED_MAX = 20;

    private final AtomicLong files = new AtomicLong();
    private final AtomicLong directories = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();
    private final PrintWriter err;

    Tally(PrintWriter err) {
        this.err = err;
    }

    void file() {
        files.incrementAndGet();
    }

    void directory() {
        directories.incrementAndGet();
    }

    void bytes(long more) {
        bytes.addAndGet(more);
    }

    void leftOut(String name, String why) {
        long count = leftOut.incrementAndGet();
        if (count <= NAMED_MAX) {
            err.println("sandlot: left out: " + Shown.name(name) + " " + why);
        }
    }

    /** Says how many were not named. */
    void end() {
        if (leftOut.get() > NAMED_MAX) {
            err.println("sandlot: left out: " + (leftOut.get() - NAMED_MAX) + " more");
        }
        err.flush();
    }

    JsonObject toJson() {
        return Json.createObjectBuilder()
                .add("files", files.get())
                .add("directories", directories.get())
                .add("bytes", bytes.get())
                .add("left_out", leftOut.get())
                .build();
    }
}
