package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Tells of a tree that the test has made up, and keeps what is put below a folder. */
final class FakeCourier implements FileCourier {
    /** What it tells of, and how that ends. */
    interface Tree {
        void tell(Visitor visitor) throws FileException, IOException;
    }

    final Map<String, String> put = new TreeMap<>();
    boolean synced;
    private final Tree tree;

    FakeCourier(Tree tree) {
        this.tree = tree;
    }

    @Override
    public void fetch(SandboxPath folder, Visitor visitor) throws FileException, IOException {
        tree.tell(visitor);
    }

    @Override
    public void begin(SandboxPath folder) {
        put.clear();
    }

    @Override
    public void put(Member member) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (member instanceof Member.File file) {
            file.content().writeTo(content);
        }
        put.put(member.path().text(), content.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void sync() {
        synced = true;
    }

    @Override
    public void close() {
        // There is nobody.
    }

    private static UnsupportedOperationException unasked() {
        return new UnsupportedOperationException("archives do not ask for that");
    }

    @Override
    public FileEntry stat(SandboxPath path, boolean itself) {
        throw unasked();
    }

    @Override
    public FileEntry open(SandboxPath path) {
        throw unasked();
    }

    @Override
    public void read(long offset, long length, OutputStream to) {
        throw unasked();
    }

    @Override
    public FileEntry write(Draft draft, Content content) {
        throw unasked();
    }

    @Override
    public FileEntry append(SandboxPath path, long offset, Content content) {
        throw unasked();
    }

    @Override
    public Page list(Listing listing) {
        throw unasked();
    }

    @Override
    public FileEntry makeFolder(SandboxPath path, OptionalInt mode) {
        throw unasked();
    }

    @Override
    public FileEntry move(SandboxPath source, SandboxPath destination, boolean overwrite) {
        throw unasked();
    }

    @Override
    public void remove(SandboxPath path, boolean all) {
        throw unasked();
    }
}
