package dev.sandlot.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Puts a tree that comes as a tar archive into a new folder. Who made the tree may wish this machine ill: no name leads
 * out of the folder, nothing is written through a link, no link leads out of it, and what is neither a file, nor a folder
 * or a link is nothing at all. Any of that, and an archive without its end, is a {@link Failure}.
 */
final class Unpacking {
    private static final int PIECE = 64 * 1024;
    /** More than the longest name and target there are. */
    private static final int HEAD_MAX = 64 * 1024;

    private final Path folder;
    private final Tally tally;

    /** {@code folder}: nobody else writes in it. */
    Unpacking(Path folder, Tally tally) {
        this.folder = folder;
        this.tally = tally;
    }

    void read(InputStream archive) throws IOException {
        Bounded bounded = new Bounded(archive);
        Archive tar = new Archive(bounded);
        for (TarArchiveEntry entry = next(tar, bounded); entry != null; entry = next(tar, bounded)) {
            add(tar, entry);
        }
        if (!tar.hasEnded) {
            throw brokenOff();
        }
        archive.transferTo(OutputStream.nullOutputStream());
    }

    private static @Nullable TarArchiveEntry next(Archive tar, Bounded bounded) {
        bounded.left = HEAD_MAX;
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException | IllegalStateException malformed) {
            throw brokenOff();
        } finally {
            bounded.left = Long.MAX_VALUE;
        }
    }

    private static Failure brokenOff() {
        return new Failure(
                Failure.FAILED,
                "What came is no whole tree: it has files that may not be read, or more than an archive may hold, or"
                        + " changed meanwhile; nothing was written");
    }

    private void add(Archive tar, TarArchiveEntry entry) throws IOException {
        String name = text(entry.getName());
        Path place = place(name);
        if (place.equals(folder)) {
            return;
        }
        requireFolder(place.getParent(), name);
        try {
            addAt(place, tar, entry, name);
        } catch (FileAlreadyExistsException twice) {
            throw refused(name, "comes twice");
        }
    }

    private void addAt(Path place, Archive tar, TarArchiveEntry entry, String name) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectory(place);
            Modes.setFolder(place, entry.getMode());
            tally.directory();
        } else if (entry.isSymbolicLink()) {
            link(place, text(entry.getLinkName()), name);
        } else if (isFile(entry) && tar.canReadEntryData(entry)) {
            copy(tar, place);
            Files.setLastModifiedTime(
                    place, FileTime.from(entry.getLastModifiedDate().toInstant()));
            Modes.setFile(place, entry.getMode());
            tally.file();
        } else {
            throw refused(name, "is neither a file, nor a folder or a link");
        }
    }

    private static boolean isFile(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    private void copy(Archive tar, Path place) throws IOException {
        byte[] piece = new byte[PIECE];
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int count = next(tar, piece); count >= 0; count = next(tar, piece)) {
                out.write(piece, 0, count);
                tally.bytes(count);
            }
        }
    }

    private static int next(Archive tar, byte[] piece) {
        try {
            return tar.read(piece);
        } catch (IOException cutOff) {
            throw brokenOff();
        }
    }

    /** Only one that leads to somewhere below the folder, whatever other links lie on the way. */
    private void link(Path place, String target, String name) throws IOException {
        if (!staysBelow(target, folder.relativize(place).getNameCount() - 1)) {
            tally.leftOut(name, "-> " + Shown.name(target) + ", a link that leads out of the tree");
            return;
        }
        try {
            Files.createSymbolicLink(place, Path.of(target));
        } catch (InvalidPathException unfit) {
            throw refused(name, "leads to a name that this machine can't have");
        }
        tally.file();
    }

    /** {@code depth}: folders above the link. Steps up come first: behind a name there may be a link, and up is anywhere. */
    static boolean staysBelow(String target, int depth) {
        int up = 0;
        boolean hasName = false;
        for (String part : target.split("/", -1)) {
            if (part.equals("..")) {
                up++;
                if (hasName) {
                    return false;
                }
            } else {
                hasName |= !part.isEmpty() && !part.equals(".");
            }
        }
        return !target.isEmpty() && !target.startsWith("/") && up <= depth;
    }

    private Path place(String name) {
        Path place = folder;
        for (String part : name.split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                place = child(place, part, name);
            }
        }
        if (name.startsWith("/")) {
            throw refused(name, "is no name below the folder");
        }
        return place;
    }

    private static Path child(Path parent, String part, String name) {
        try {
            Path child = parent.resolve(part);
            // Whatever else leads elsewhere on this machine.
            boolean isChild = parent.equals(child.getParent())
                    && String.valueOf(child.getFileName()).equals(part);
            if (isChild && !part.equals("..")) {
                return child;
            }
        } catch (InvalidPathException unfit) {
            throw refused(name, "is a name that this machine can't have (is its locale one of UTF-8?)");
        }
        throw refused(name, "leads out of the folder");
    }

    /** And those on the way, none of them by a link. */
    private void requireFolder(@Nullable Path wanted, String name) throws IOException {
        if (wanted == null || wanted.equals(folder)) {
            return;
        }
        if (Files.isDirectory(wanted, LinkOption.NOFOLLOW_LINKS)) {
            // Made here, below folders that were.
            return;
        }
        if (Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(name, "is below what is no folder");
        }
        requireFolder(wanted.getParent(), name);
        Files.createDirectory(wanted);
    }

    /** Names come as bytes. */
    private static String text(String bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException foreign) {
            throw refused(bytes, "is a name that is no UTF-8");
        }
    }

    private static Failure refused(String name, String why) {
        return new Failure(Failure.FAILED, "The member " + Shown.name(name) + " " + why + "; nothing was written");
    }

    /** Tells whether the archive came to its end: cut off between two members it would be a shorter one. */
    private static final class Archive extends TarArchiveInputStream {
        private boolean hasEnded;

        Archive(InputStream archive) {
            super(archive, StandardCharsets.ISO_8859_1.name());
        }

        @Override
        protected boolean isEOFRecord(byte @Nullable [] record) {
            boolean isEnd = super.isEOFRecord(record);
            hasEnded |= isEnd && record != null;
            return isEnd;
        }
    }

    /** What is said of one member is held in memory. */
    private static final class Bounded extends FilterInputStream {
        private long left = Long.MAX_VALUE;

        Bounded(InputStream archive) {
            super(archive);
        }

        @Override
        public int read() throws IOException {
            take(1);
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            take(Math.max(0, count));
            return count;
        }

        private void take(int count) throws IOException {
            left -= count;
            if (left < 0) {
                throw new IOException("the headers are too long");
            }
        }
    }
}
