package dev.sandlot.filetransfer;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.files.HeaderGuard;
import dev.sandlot.files.TarEntries;
import dev.sandlot.http.RefusedBody;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileCourier.Member;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxPath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the members of an archive below a directory, one after another as they come. Archives are hostile: they are
 * bounded in members and in what they unpack to, and no name leads out of the directory.
 */
final class ArchiveReader {
    private static final int PIECE = 64 * 1024;
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;
    private static final int PERMISSIONS = 01777;

    private final FileCourier courier;
    private final TransferConfig config;
    private long entries;
    private long files;
    private long directories;
    private long bytes;

    ArchiveReader(FileCourier courier, TransferConfig config) {
        this.courier = courier;
        this.config = config;
    }

    /** Throws what the first member that fails says; those before it are there. */
    ArchiveView read(SandboxPath path, ArchiveForm form, InputStream body) throws FileException, IOException {
        courier.begin(path);
        try {
            readMembers(form, new ArchiveEnd(form, unpacked(form, body)));
        } catch (ToCourierException gone) {
            throw gone.why();
        } catch (RefusedBody refused) {
            throw refused;
        } catch (HeaderGuard.TooLongException tooLong) {
            throw FileRefusals.tooLarge("The archive has a member whose headers are too long");
        } catch (IOException | IllegalArgumentException | IllegalStateException malformed) {
            throw malformed();
        }
        courier.sync();
        return new ArchiveView(files, directories, bytes);
    }

    private void readMembers(ArchiveForm form, ArchiveEnd end) throws IOException {
        HeaderGuard guard = new HeaderGuard(end);
        // What a zip says of a member is short by itself, and its directory is passed over.
        ArchiveInputStream<? extends ArchiveEntry> archive = form == ArchiveForm.ZIP
                ? new ZipArchiveInputStream(end, "UTF-8", true, true)
                : new TarArchiveInputStream(guard, "UTF-8");
        for (ArchiveEntry entry = next(archive, guard, end); entry != null; entry = next(archive, guard, end)) {
            entries++;
            add(archive, entry);
        }
        // What comes behind the end is read, so that the client's next request is not taken for it.
        end.transferTo(OutputStream.nullOutputStream());
        if (!end.isWhole(entries)) {
            throw malformed();
        }
    }

    private static InputStream unpacked(ArchiveForm form, InputStream body) throws IOException {
        return form == ArchiveForm.GZIP ? new GZIPInputStream(body, PIECE) : new BufferedInputStream(body, PIECE);
    }

    private static @Nullable ArchiveEntry next(
            ArchiveInputStream<? extends ArchiveEntry> archive, HeaderGuard guard, ArchiveEnd end) throws IOException {
        guard.beginHeaders();
        end.beginHead();
        try {
            return archive.getNextEntry();
        } finally {
            guard.endHeaders();
            end.endHead();
        }
    }

    private void add(ArchiveInputStream<?> archive, ArchiveEntry entry) throws IOException {
        if (files + directories >= config.members()) {
            throw FileRefusals.tooLarge("The archive has more than " + config.members() + " members");
        }
        String place = place(entry.getName());
        if (place.isEmpty()) {
            return;
        }
        if (entry.isDirectory()) {
            directories++;
            put(new Member.Folder(SandboxPath.of(place), mode(entry, DIRECTORY_MODE)));
        } else {
            files++;
            put(file(archive, entry, SandboxPath.of(place)));
        }
    }

    private Member file(ArchiveInputStream<?> archive, ArchiveEntry entry, SandboxPath place) throws IOException {
        if (entry instanceof TarArchiveEntry tar && tar.isSymbolicLink()) {
            return new Member.Link(place, target(tar));
        }
        if (entry instanceof TarArchiveEntry tar && tar.isLink()) {
            return new Member.Name(place, SandboxPath.of(requirePlace(tar.getLinkName())));
        }
        boolean isOdd = entry instanceof TarArchiveEntry tar && !TarEntries.isPlainFile(tar);
        if (isOdd || !archive.canReadEntryData(entry)) {
            throw FileRefusals.badMember("is neither a file, nor a directory or a link", entry.getName());
        }
        long seconds = entry.getLastModifiedDate() == null
                ? 0
                : Math.max(0, entry.getLastModifiedDate().toInstant().getEpochSecond());
        return new Member.File(place, mode(entry, FILE_MODE), seconds, to -> copy(archive, to));
    }

    private static SandboxPath target(TarArchiveEntry link) {
        SandboxPath target = link.getLinkName().isEmpty() || link.getLinkName().indexOf('\0') >= 0
                ? null
                : SandboxPath.of(link.getLinkName());
        if (target == null) {
            throw FileRefusals.badMember("is a link that leads nowhere", link.getName());
        }
        return target;
    }

    private static int mode(ArchiveEntry entry, int absent) {
        return entry instanceof TarArchiveEntry tar ? tar.getMode() & PERMISSIONS : absent;
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int count = next(from, piece); count >= 0; count = next(from, piece)) {
            bytes += count;
            if (bytes > config.fileBytes()) {
                throw new RefusedBody(
                        FileRefusals.tooLarge("The archive unpacks to more than " + config.fileBytes() + " bytes"));
            }
            to.write(piece, 0, count);
            Metrics.FILE_BYTES.add("in", count);
        }
    }

    private static int next(InputStream from, byte[] piece) throws RefusedBody {
        try {
            return from.read(piece);
        } catch (RefusedBody refused) {
            throw refused;
        } catch (IOException malformed) {
            throw malformed();
        }
    }

    private static ApiException malformed() {
        return new ApiException(ErrorType.INVALID, "The body is not such an archive, or is cut off");
    }

    /** What breaks on the courier's side is not the archive's fault. */
    private void put(Member member) throws IOException {
        try {
            courier.put(member);
        } catch (RefusedBody refused) {
            throw refused;
        } catch (IOException gone) {
            throw new ToCourierException(gone);
        }
    }

    private static String requirePlace(String name) {
        String place = place(name);
        if (place.isEmpty()) {
            throw FileRefusals.badMember("is no name of a file", name);
        }
        return place;
    }

    /** The name below the directory, of its parts alone; empty: the directory itself. */
    static String place(String name) {
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw FileRefusals.badMember("leads out of the directory", name);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        String place = String.join("/", parts);
        if (name.startsWith("/") || place.indexOf('\0') >= 0 || place.indexOf('\ufffd') >= 0) {
            throw FileRefusals.badMember("has no relative name that is text", name);
        }
        if (place.length() > SandboxPath.MOST / 3) {
            throw FileRefusals.badMember("has a name that is too long", name);
        }
        return place;
    }

    /** The courier is gone. */
    private static final class ToCourierException extends IOException {
        private static final long serialVersionUID = 1L;

        private final IOException why;

        ToCourierException(IOException why) {
            super(why);
            this.why = why;
        }

        IOException why() {
            return why;
        }
    }
}
