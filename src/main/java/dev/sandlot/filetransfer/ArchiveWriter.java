package dev.sandlot.filetransfer;

import dev.sandlot.metrics.Metrics;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tree as a tar archive while it is fetched. What breaks off is no archive: it never ends well. */
final class ArchiveWriter {
    /** Names are bytes; by this they go through as they are. */
    private static final String BYTES = "ISO-8859-1";

    private static final int PIECE = 64 * 1024;
    private static final int RECORD = 512;

    private final FileCourier courier;
    private final TransferConfig config;
    private long bytes;
    private long members;
    /** Of the content of the member that is being written. */
    private long left;

    ArchiveWriter(FileCourier courier, TransferConfig config) {
        this.courier = courier;
        this.config = config;
    }

    void write(SandboxPath path, ArchiveForm form, OutputStream out) throws IOException {
        OutputStream whole = form == ArchiveForm.GZIP ? new GZIPOutputStream(out, PIECE) : out;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(whole, BYTES);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        try {
            courier.fetch(path, (entry, content) -> add(tar, entry, content));
        } catch (FileException | IOException broken) {
            breakOff(whole);
            throw broken instanceof IOException gone ? gone : new IOException("the tree can't be read whole", broken);
        } finally {
            Metrics.FILE_BYTES.add("out", bytes - left);
        }
        tar.finish();
        tar.flush();
        if (whole instanceof GZIPOutputStream zipped) {
            zipped.finish();
        }
    }

    private void add(TarArchiveOutputStream tar, FileEntry file, InputStream content) throws IOException {
        long size = file.kind() == FileEntry.Kind.FILE ? file.size() : 0;
        if (members == config.members() || bytes + size > config.fileBytes()) {
            throw new IOException("the tree is larger than an archive may be");
        }
        members++;
        bytes += size;
        tar.putArchiveEntry(header(file));
        left = size;
        byte[] piece = new byte[PIECE];
        for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
            tar.write(piece, 0, count);
            left -= count;
        }
        tar.closeArchiveEntry();
    }

    /**
     * Many readers take an archive that is cut off between two members for a whole one (tar(5)): here the next one's
     * headers begin, and never come. Within a member's content the cut is seen as it is.
     */
    private void breakOff(OutputStream whole) throws IOException {
        if (left == 0) {
            TarArchiveEntry none = new TarArchiveEntry("broken-off", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
            none.setSize(RECORD);
            byte[] header = new byte[RECORD];
            none.writeEntryHeader(header);
            whole.write(header);
        }
        whole.flush();
    }

    private static TarArchiveEntry header(FileEntry file) {
        String name = file.path().bytes();
        TarArchiveEntry header = switch (file.kind()) {
            case DIRECTORY -> new TarArchiveEntry(name + "/", true);
            case SYMLINK -> new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
            case FILE, OTHER -> new TarArchiveEntry(name, true);
        };
        file.target().ifPresent(target -> header.setLinkName(target.bytes()));
        header.setSize(file.kind() == FileEntry.Kind.FILE ? file.size() : 0);
        header.setMode(file.permissions());
        header.setModTime(file.modified().toEpochMilli());
        header.setUserId(file.owner().user());
        header.setGroupId(file.owner().group());
        return header;
    }
}
