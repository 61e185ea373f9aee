package dev.sandlot.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The journal on the disk: a folder of files, of which the newest grows until it is long and the others wait until
 * nothing in them is needed. What a reader must know of a file is in its name, where damage does not reach it: its number,
 * the version of its format, the mark of its entries. Not for use by several threads at once.
 */
final class JournalFiles implements AutoCloseable {
    /** Rises with every change of what is in a file; older ones must stay readable. */
    static final int VERSION = 3;

    private static final int FIRST_VERSION = 1;
    private static final String FIRST_VERSION_NAME = "executions.journal";
    private static final Pattern NAME = Pattern.compile("(\\d{10,18})-v(\\d{1,9})-([0-9a-f]{16})\\.journal");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final long lengthMax;
    private final List<Left> left = new ArrayList<>();
    private long number;
    private @Nullable JournalSegment active;

    /**
     * @param folder what is in it already is left by an earlier server; one of the first version wrote a file beside it
     * @param lengthMax a file that is longer is not added to
     */
    JournalFiles(Path folder, long lengthMax) throws IOException {
        this.folder = folder;
        this.lengthMax = lengthMax;
        Files.createDirectories(folder);
        Path first = folder.resolveSibling(FIRST_VERSION_NAME);
        if (Files.exists(first)) {
            left.add(new Left(first, 0, FIRST_VERSION, new JournalFrame(OptionalLong.empty())));
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.flatMap(file -> left(file).stream())
                    .sorted(Comparator.comparingLong(Left::number))
                    .forEach(left::add);
        }
        number = left.stream().mapToLong(Left::number).max().orElse(0);
    }

    private static Optional<Left> left(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches()
                ? Optional.of(new Left(
                        file,
                        Long.parseLong(name.group(1)),
                        Integer.parseInt(name.group(2)),
                        new JournalFrame(OptionalLong.of(Long.parseUnsignedLong(name.group(3), 16)))))
                : Optional.empty();
    }

    /** A file that an earlier server left. */
    record Left(Path file, long number, int version, JournalFrame frame) {
        String name() {
            return file.getFileName().toString();
        }

        /** Throws IOException for a file that only a newer server can read. */
        JournalReader open() throws IOException {
            if (version > VERSION) {
                throw new IOException("A newer Sandlot has left the journal " + name()
                        + ", which this one can't read: start the newer one, or move the file away");
            }
            return new JournalReader(file, frame);
        }

        /** All of it is stored elsewhere. */
        void delete() throws IOException {
            Files.delete(file);
        }

        /** Not all of it could be read: it stays beside the others; returns its new name. */
        String keepAside() throws IOException {
            Path aside = file.resolveSibling(name() + ".damaged");
            for (int i = 2; Files.exists(aside); i++) {
                aside = file.resolveSibling(name() + ".damaged-" + i);
            }
            Files.move(file, aside);
            return aside.getFileName().toString();
        }
    }

    /** What earlier servers left, the oldest first. */
    List<Left> left() {
        return List.copyOf(left);
    }

    /** Adds an entry; the file that holds it is to be given back with {@link #release}. */
    JournalSegment append(byte[] entry) throws IOException {
        JournalSegment current = active;
        if (current == null || current.size() >= lengthMax) {
            current = next(current);
        }
        current.append(entry);
        return current;
    }

    private JournalSegment next(@Nullable JournalSegment full) throws IOException {
        String name = String.format("%010d-v%d-%016x.journal", number + 1, VERSION, RANDOM.nextLong());
        JournalSegment fresh = new JournalSegment(folder.resolve(name), frame(name));
        number++;
        active = fresh;
        if (full != null && !full.isNeeded()) {
            full.delete();
        }
        return fresh;
    }

    private static JournalFrame frame(String name) {
        return left(Path.of(name)).orElseThrow().frame();
    }

    /** An entry of the file is stored elsewhere. */
    void release(JournalSegment segment) throws IOException {
        segment.release();
        if (segment.isNeeded()) {
            return;
        }
        if (segment == active) {
            segment.clear();
        } else {
            segment.delete();
        }
    }

    @Override
    public void close() throws IOException {
        JournalSegment current = active;
        active = null;
        if (current != null) {
            current.close();
        }
    }
}
