package dev.sandlot.cli;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * A folder with all that is in it as a tar archive, which is made while it is read. Links stay links; what is neither a
 * file, nor a folder or a link is left out.
 */
final class TreeArchive extends InputStream {
    private static final int PIECE = 64 * 1024;

    private final Path root;
    private final String prefix;
    private final Tally tally;
    private final Stream<Path> tree;
    private final Iterator<Path> walk;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream(2 * PIECE);
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(made, StandardCharsets.UTF_8.name());
    private final byte[] piece = new byte[PIECE];
    private byte[] ready = {};
    private int at;
    private @Nullable InputStream file;
    private Path of;
    private long left;
    private boolean isFinished;

    /** {@code prefix}: what the folder itself is called there; empty: it is not there, only what is in it. */
    @SuppressWarnings("StreamResourceLeak") // It ends with this one.
    TreeArchive(Path folder, String prefix, Tally tally) throws IOException {
        this.root = folder.toRealPath();
        this.of = root;
        this.prefix = prefix;
        this.tally = tally;
        this.tree = Files.walk(root);
        this.walk = tree.iterator();
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    /** Of all files that are there now. */
    static long bytes(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder.toRealPath())) {
            return tree.map(Path::toFile)
                    .filter(file -> Files.isRegularFile(file.toPath(), LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(File::length)
                    .sum();
        } catch (UncheckedIOException unreadable) {
            throw requireNonNull(unreadable.getCause());
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (at == ready.length) {
            if (isFinished) {
                return -1;
            }
            advance();
            ready = made.toByteArray();
            made.reset();
            at = 0;
        }
        int count = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, bytes, offset, count);
        at += count;
        return count;
    }

    private void advance() throws IOException {
        try {
            if (file != null) {
                goOn(file);
            } else if (walk.hasNext()) {
                begin(walk.next());
            } else {
                tar.finish();
                isFinished = true;
            }
        } catch (UncheckedIOException unreadable) {
            throw requireNonNull(unreadable.getCause());
        }
    }

    private void begin(Path path) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String name = name(path);
        if (attributes.isOther()) {
            tally.leftOut(path.toString(), "(neither a file, nor a folder or a link)");
        } else if (!name.isEmpty()) {
            tar.putArchiveEntry(header(path, name, attributes));
            beginContent(path, attributes);
        }
    }

    private void beginContent(Path path, PosixFileAttributes attributes) throws IOException {
        if (attributes.isRegularFile()) {
            of = path;
            left = attributes.size();
            file = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
            return;
        }
        tar.closeArchiveEntry();
        if (attributes.isDirectory()) {
            tally.directory();
        } else {
            tally.file();
        }
    }

    private void goOn(InputStream content) throws IOException {
        int count = left == 0 ? 0 : content.read(piece, 0, (int) Math.min(left, PIECE));
        if (count < 0) {
            throw new IOException(of + " became shorter while it was read");
        }
        tar.write(piece, 0, count);
        tally.bytes(count);
        left -= count;
        if (left == 0) {
            content.close();
            file = null;
            tar.closeArchiveEntry();
            tally.file();
        }
    }

    private String name(Path path) {
        String below = root.relativize(path).toString();
        return prefix.isEmpty() || below.isEmpty() ? prefix + below : prefix + "/" + below;
    }

    private static TarArchiveEntry header(Path path, String name, PosixFileAttributes attributes) throws IOException {
        TarArchiveEntry entry;
        if (attributes.isSymbolicLink()) {
            entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
            entry.setLinkName(Files.readSymbolicLink(path).toString());
        } else {
            entry = new TarArchiveEntry(attributes.isDirectory() ? name + "/" : name, true);
            entry.setMode(Modes.of(attributes.permissions()));
        }
        entry.setSize(attributes.isRegularFile() ? attributes.size() : 0);
        entry.setModTime(attributes.lastModifiedTime().toMillis());
        return entry;
    }

    @Override
    public void close() throws IOException {
        tree.close();
        if (file != null) {
            file.close();
        }
    }
}
