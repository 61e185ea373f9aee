package dev.sandlot.image;

import dev.sandlot.files.FileTrees;
import dev.sandlot.files.HeaderGuard;
import dev.sandlot.files.TarEntries;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a layer (OCI image specification, "Image Layer Filesystem Changeset") as overlayfs understands it: a whiteout
 * becomes a character device 0/0, an opaque folder the attribute {@code user.overlay.opaque}. Archives are hostile: nothing
 * is written outside of the folder, devices and pipes are left out, and no file keeps a set-id bit or a capability.
 */
final class LayerUnpacker {
    private static final String WHITEOUT = ".wh.";
    private static final String MARK = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int PERMISSIONS = 01777;
    private static final int OWNER_ALL = 0700;
    private static final int BUFFER = 64 * 1024;
    private static final int MAGIC = 4;

    private final LayerTree tree;
    private final Whiteout whiteout;
    private final boolean keepsOwners;
    private final Budget budget;

    /**
     * @param keepsOwners files get the owners that the archive names; else they are this server's
     * @param budget what may be unpacked yet
     */
    LayerUnpacker(Path folder, Whiteout whiteout, boolean keepsOwners, Budget budget) {
        this.tree = new LayerTree(folder);
        this.whiteout = whiteout;
        this.keepsOwners = keepsOwners;
        this.budget = budget;
    }

    /** Reads a tar archive, compressed with gzip or zstd or not at all. */
    void unpack(InputStream archive) throws IOException, ImageException {
        HeaderGuard guard = new HeaderGuard(decompressed(archive));
        try (TarArchiveInputStream tar = new TarArchiveInputStream(guard, "UTF-8")) {
            for (TarArchiveEntry entry = next(tar, guard); entry != null; entry = next(tar, guard)) {
                budget.takeFile();
                add(tar, entry);
                // What is left out is read all the same: it counts.
                budget.skip(tar);
            }
        } catch (HeaderGuard.TooLongException tooLong) {
            throw new ImageException("The image has a layer with headers that are too long", tooLong);
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException malformed) {
            throw new ImageException("The image has a layer that is no tar archive", malformed);
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, HeaderGuard guard) throws IOException {
        guard.beginHeaders();
        try {
            return tar.getNextEntry();
        } finally {
            guard.endHeaders();
        }
    }

    private static InputStream decompressed(InputStream archive) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(archive, BUFFER);
        bytes.mark(MAGIC);
        byte[] magic = bytes.readNBytes(MAGIC);
        bytes.reset();
        int first = magic.length < MAGIC ? 0 : ByteBuffer.wrap(magic).getInt();
        if (first >>> 16 == 0x1f8b) {
            return new GZIPInputStream(bytes, BUFFER);
        }
        return first == 0x28b52ffd ? new ZstdCompressorInputStream(bytes) : bytes;
    }

    private void add(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException, ImageException {
        List<String> parts = LayerTree.parts(entry.getName());
        if (parts.isEmpty()) {
            return;
        }
        String name = parts.get(parts.size() - 1);
        try {
            Path place = tree.place(parts);
            if (name.startsWith(WHITEOUT)) {
                remove(place, name);
            } else {
                write(tar, entry, place);
            }
        } catch (InvalidPathException unnamable) {
            throw new ImageException("The image has a file whose name can't be one here", unnamable);
        }
    }

    private void remove(Path place, String name) throws IOException, ImageException {
        Path folder = place.resolveSibling("");
        if (name.equals(OPAQUE)) {
            Files.getFileAttributeView(folder, UserDefinedFileAttributeView.class)
                    .write("overlay.opaque", ByteBuffer.wrap("y".getBytes(StandardCharsets.US_ASCII)));
        } else if (!name.startsWith(MARK)) {
            List<String> removed = LayerTree.parts(name.substring(WHITEOUT.length()));
            if (removed.size() != 1) {
                throw new ImageException("The image removes a file that has no name");
            }
            Path gone = folder.resolve(removed.get(0));
            // What the same layer adds stays: a whiteout is about the layers below.
            if (!Files.exists(gone, LinkOption.NOFOLLOW_LINKS)) {
                whiteout.put(gone);
            }
        }
    }

    private void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path place)
            throws IOException, ImageException {
        if (entry.isDirectory()) {
            makeFolder(entry, place);
        } else if (entry.isSymbolicLink()) {
            FileTrees.delete(place);
            Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
            own(entry, place);
        } else if (entry.isLink()) {
            link(entry, place);
        } else if (TarEntries.isPlainFile(entry) && tar.canReadEntryData(entry)) {
            FileTrees.delete(place);
            budget.copy(tar, place);
            own(entry, place);
            Files.setAttribute(place, "unix:mode", entry.getMode() & PERMISSIONS, LinkOption.NOFOLLOW_LINKS);
            Files.setLastModifiedTime(place, entry.getLastModifiedTime());
        }
    }

    private void makeFolder(TarArchiveEntry entry, Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            FileTrees.delete(place);
            Files.createDirectory(place);
        }
        own(entry, place);
        // Who owns the files but has no rights beyond that must be able to delete them one day.
        int mode = (entry.getMode() & PERMISSIONS) | (keepsOwners ? 0 : OWNER_ALL);
        Files.setAttribute(place, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    }

    private void link(TarArchiveEntry entry, Path place) throws IOException, ImageException {
        List<String> parts = LayerTree.parts(entry.getLinkName());
        if (parts.isEmpty()) {
            throw new ImageException("The image has a hard link to a folder");
        }
        Path target = tree.place(parts);
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(target)) {
            throw new ImageException("The image has a hard link to a file that its layer does not have");
        }
        if (!target.equals(place)) {
            FileTrees.delete(place);
            Files.createLink(place, target);
        }
    }

    private void own(TarArchiveEntry entry, Path place) throws IOException {
        if (keepsOwners) {
            Files.setAttribute(place, "unix:uid", (int) entry.getLongUserId(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(place, "unix:gid", (int) entry.getLongGroupId(), LinkOption.NOFOLLOW_LINKS);
        }
    }
}
