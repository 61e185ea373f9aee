package dev.sandlot.image;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The mark of a file that a layer removes. One is made, the others are links to it. */
public final class Whiteout {
    private final Path mark;
    private final Maker maker;

    /** {@code mark} is made when it is needed first. */
    Whiteout(Path mark, Maker maker) {
        this.mark = mark;
        this.maker = maker;
    }

    /** Makes the mark of a removed file, as the sandboxes' file system knows it. */
    @FunctionalInterface
    public interface Maker {
        /** At {@code path}, where nothing is. */
        void make(Path path) throws IOException;
    }

    synchronized void put(Path place) throws IOException {
        if (!Files.exists(mark)) {
            maker.make(mark);
        }
        try {
            Files.createLink(place, mark);
        } catch (FileSystemException tooManyLinks) {
            Files.delete(mark);
            maker.make(mark);
            Files.createLink(place, mark);
        }
    }
}
