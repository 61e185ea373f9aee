package dev.sandlot.sandbox;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Somebody in a sandbox who carries files for one of its users, with that user's rights and no others. Paths mean what
 * they mean to commands; relative ones begin in the sandbox's working directory. For one thread, one errand after
 * another. An IOException says that it is gone, or was silent for too long; after any exception, but a FileException of
 * {@link #stat}, it is of no more use.
 */
public interface FileCourier extends Closeable {
    /** What is there. {@code itself}: a link, and not where it leads. */
    FileEntry stat(SandboxPath path, boolean itself) throws FileException, IOException;

    /** Opens a file for {@link #read}, whatever becomes of its path. */
    FileEntry open(SandboxPath path) throws FileException, IOException;

    /** Bytes of the file that was opened; CHANGED when it has fewer. */
    void read(long offset, long length, OutputStream to) throws FileException, IOException;

    /** Puts a whole file in its place, or leaves all as it was. Its content is asked for when nothing is known against it. */
    FileEntry write(Draft draft, Content content) throws FileException, IOException;

    /** Adds to a file that has that length now. */
    FileEntry append(SandboxPath path, long offset, Content content) throws FileException, IOException;

    /** A part of what is in a folder, by the order of the paths' bytes. */
    Page list(Listing listing) throws FileException, IOException;

    /** Makes a folder, and those on the way. One that is there is as good. */
    FileEntry makeFolder(SandboxPath path, OptionalInt mode) throws FileException, IOException;

    FileEntry move(SandboxPath source, SandboxPath destination, boolean overwrite) throws FileException, IOException;

    /** {@code all}: a folder with all that is in it. */
    void remove(SandboxPath path, boolean all) throws FileException, IOException;

    /** Tells of all files, folders and links in a folder, a folder before what is in it. */
    void fetch(SandboxPath folder, Visitor visitor) throws FileException, IOException;

    /** Makes a folder, and puts below it what {@link #put} is given. */
    void begin(SandboxPath folder) throws FileException, IOException;

    /** One member; whether it got there is told by {@link #sync}. Links that are in the way are never followed. */
    void put(Member member) throws IOException;

    /** Returns when all members are in their places; fails for the first that is not. */
    void sync() throws FileException, IOException;

    @Override
    void close();

    /**
     * A file that is to be.
     *
     * @param mode empty: that of the one that is there, or 0644
     * @param fresh nothing may be there yet
     * @param etag of the one that it replaces
     * @param length as far as it is known: where there is no room for that nothing is begun
     */
    record Draft(SandboxPath path, OptionalInt mode, boolean fresh, Optional<String> etag, long length) {}

    /** Writes a file's content. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream to) throws IOException;
    }

    /**
     * Which part of a folder.
     *
     * @param depth 1: what is in it alone
     * @param after what comes behind that path, which is below the folder
     */
    record Listing(SandboxPath folder, int depth, int limit, Optional<SandboxPath> after) {}

    /** Entries, with paths below the folder; {@code next}: there are more, behind that one. */
    record Page(List<FileEntry> entries, Optional<SandboxPath> next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** Is told of the entries of a tree. */
    @FunctionalInterface
    interface Visitor {
        /** {@code content}: of a file, as many bytes as the entry says; empty for all else. */
        void entry(FileEntry entry, InputStream content) throws IOException;
    }

    /** What is put below a folder; the path is relative, without {@code .} and {@code ..}. */
    sealed interface Member {
        SandboxPath path();

        /** A file, with its last change in seconds. */
        record File(SandboxPath path, int mode, long seconds, Content content) implements Member {}

        /** A folder; one that is there is as good. */
        record Folder(SandboxPath path, int mode) implements Member {}

        /** A symbolic link, which may lead anywhere. */
        record Link(SandboxPath path, SandboxPath target) implements Member {}

        /** A further name of a member. */
        record Name(SandboxPath path, SandboxPath of) implements Member {}
    }
}
