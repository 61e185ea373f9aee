package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tree as a tar archive while it is fetched. What breaks off is no archive: it never ends well. */
final class ArchiveWriter {
    /** Names are bytes; by this they go through as they are. */
    private static final String BYTES = "ISO-8859-1";

    private static final int PIECE = 64 * 1024;
    private static final int NO_HEADER = 300;

    private final FileCourier courier;
    private final TransferConfig config;
    private long bytes;
    private long members;

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
            // Some readers take an archive without an end for one that ends here: this is a header that is none.
            byte[] broke = new byte[NO_HEADER];
            Arrays.fill(broke, (byte) 0xff);
            whole.write(broke);
            throw broken instanceof IOException gone ? gone : new IOException("the tree can't be read whole", broken);
        }
        tar.finish();
        tar.flush();
        if (whole instanceof GZIPOutputStream zipped) {
            zipped.finish();
        }
    }

    private void add(TarArchiveOutputStream tar, FileEntry file, InputStream content) throws IOException {
        members++;
        bytes += file.kind() == FileEntry.Kind.FILE ? file.size() : 0;
        if (members > config.members() || bytes > config.fileBytes()) {
            throw new IOException("the tree is larger than an archive may be");
        }
        tar.putArchiveEntry(header(file));
        content.transferTo(tar);
        tar.closeArchiveEntry();
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
