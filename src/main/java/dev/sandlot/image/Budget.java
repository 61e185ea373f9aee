package dev.sandlot.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What one image may still take: bytes, files, and time. */
final class Budget {
    private static final int BUFFER = 64 * 1024;
    /** The room that a file takes in a file system, whatever is in it. */
    private static final int FILE_COST = 512;

    private final long limit;
    private final long deadline;
    private long used;

    /**
     * @param limit bytes
     * @param deadline as of {@link System#nanoTime}
     */
    Budget(long limit, long deadline) {
        this.limit = limit;
        this.deadline = deadline;
    }

    long used() {
        return used;
    }

    /** What is told to come; the image is refused before it is fetched when that is too much already. */
    void announce(List<ImageManifest.Blob> blobs) throws ImageException {
        long left = limit;
        for (ImageManifest.Blob blob : blobs) {
            // No sum: whoever tells the sizes may choose them so that it overflows.
            if (blob.size() > left) {
                throw tooLarge();
            }
            left -= blob.size();
        }
    }

    void takeFile() throws ImageException {
        take(FILE_COST);
    }

    void take(long bytes) throws ImageException {
        used += bytes;
        if (used > limit) {
            throw tooLarge();
        }
        checkTime();
    }

    private ImageException tooLarge() {
        return new ImageException("The image is larger than the " + (limit >> 20) + " MiB that an image may have");
    }

    void checkTime() throws ImageException {
        if (System.nanoTime() - deadline > 0) {
            throw new ImageException("The image could not be pulled in time");
        }
    }

    /** Writes all of {@code from} to a new file. */
    void copy(InputStream from, Path file) throws IOException, ImageException {
        try (OutputStream to = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            drain(from, to);
        }
    }

    /** Reads all of {@code from} for nothing. */
    void skip(InputStream from) throws IOException, ImageException {
        drain(from, OutputStream.nullOutputStream());
    }

    private void drain(InputStream from, OutputStream to) throws IOException, ImageException {
        byte[] buffer = new byte[BUFFER];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            take(count);
            to.write(buffer, 0, count);
        }
    }
}
