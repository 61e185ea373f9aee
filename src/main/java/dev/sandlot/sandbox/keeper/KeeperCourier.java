package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.FileEntry;
import dev.sandlot.sandbox.FileException;
import dev.sandlot.sandbox.SandboxPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A courier at the other end of a connection to a keeper. */
final class KeeperCourier implements FileCourier {
    /** More than any listing asks for. */
    private static final int ENTRIES_MAX = 10_000;

    private final Parcels parcels;
    private final Runnable whenClosed;

    KeeperCourier(Parcels parcels, Runnable whenClosed) {
        this.parcels = parcels;
        this.whenClosed = whenClosed;
    }

    private static FrameWriter ask(Errand errand, SandboxPath path) {
        return errand.ask().field(Tag.ASK_PATH, path.toBytes());
    }

    private static FrameWriter flagged(FrameWriter ask, int flag, boolean set) {
        return set ? ask.number32(Tag.ASK_FLAGS, flag) : ask;
    }

    private static FrameWriter moded(FrameWriter ask, OptionalInt mode) {
        return mode.isPresent() ? ask.number32(Tag.ASK_MODE, mode.getAsInt()) : ask;
    }

    private FileEntry entryFor(FrameWriter ask) throws FileException, IOException {
        parcels.send(ask);
        return CourierAnswer.entry(parcels.receive());
    }

    private void endFor(FrameWriter ask) throws FileException, IOException {
        parcels.send(ask);
        parcels.receive().expect(Parcels.END);
    }

    @Override
    public FileEntry stat(SandboxPath path, boolean itself) throws FileException, IOException {
        return entryFor(flagged(ask(Errand.STAT, path), Errand.FLAG_ITSELF, itself));
    }

    @Override
    public FileEntry open(SandboxPath path) throws FileException, IOException {
        return entryFor(ask(Errand.OPEN, path));
    }

    @Override
    public void read(long offset, long length, OutputStream to) throws FileException, IOException {
        parcels.send(Errand.READ.ask().number(Tag.ASK_OFFSET, offset).number(Tag.ASK_LENGTH, length));
        try {
            Parcels.Incoming content = parcels.new Incoming();
            if (content.transferTo(to) != length) {
                throw new MalformedAnswerException("more or less of a file than was asked for");
            }
        } catch (Parcels.BrokenOffException broken) {
            throw broken.why();
        }
    }

    @Override
    public FileEntry write(Draft draft, Content content) throws FileException, IOException {
        FrameWriter ask = moded(ask(Errand.WRITE, draft.path()), draft.mode());
        flagged(ask, Errand.FLAG_NEW, draft.fresh()).number(Tag.ASK_LENGTH, draft.length());
        draft.etag().ifPresent(etag -> ask.text(Tag.ASK_ETAG, etag));
        return deliver(ask, content);
    }

    @Override
    public FileEntry append(SandboxPath path, long offset, Content content) throws FileException, IOException {
        return deliver(ask(Errand.APPEND, path).number(Tag.ASK_OFFSET, offset), content);
    }

    private FileEntry deliver(FrameWriter ask, Content content) throws FileException, IOException {
        endFor(ask);
        content.writeTo(parcels.content());
        parcels.sendEnd();
        return CourierAnswer.entry(parcels.receive());
    }

    @Override
    public Page list(Listing listing) throws FileException, IOException {
        FrameWriter ask = ask(Errand.LIST, listing.folder())
                .number32(Tag.ASK_DEPTH, listing.depth())
                .number(Tag.ASK_LENGTH, listing.limit());
        listing.after().ifPresent(after -> ask.field(Tag.ASK_AFTER, after.toBytes()));
        parcels.send(ask);
        List<FileEntry> entries = new ArrayList<>();
        Frame frame = parcels.receive();
        for (; frame.type() == Parcels.ENTRY; frame = parcels.receive()) {
            if (entries.size() == ENTRIES_MAX) {
                throw new MalformedAnswerException("more entries than were asked for");
            }
            entries.add(CourierAnswer.entry(frame));
        }
        Fields end = frame.expect(Parcels.END);
        return new Page(
                entries,
                end.has(Tag.ENTRY_PATH) ? Optional.of(CourierAnswer.path(end, Tag.ENTRY_PATH)) : Optional.empty());
    }

    @Override
    public FileEntry makeFolder(SandboxPath path, OptionalInt mode) throws FileException, IOException {
        return entryFor(moded(ask(Errand.FOLDER, path), mode));
    }

    @Override
    public FileEntry move(SandboxPath source, SandboxPath destination, boolean overwrite)
            throws FileException, IOException {
        FrameWriter ask = ask(Errand.MOVE, source).field(Tag.ASK_OTHER, destination.toBytes());
        return entryFor(flagged(ask, Errand.FLAG_NEW, !overwrite));
    }

    @Override
    public void remove(SandboxPath path, boolean all) throws FileException, IOException {
        endFor(flagged(ask(Errand.REMOVE, path), Errand.FLAG_ALL, all));
    }

    @Override
    public void fetch(SandboxPath folder, Visitor visitor) throws FileException, IOException {
        parcels.send(ask(Errand.FETCH, folder));
        try {
            Frame frame = parcels.receive();
            for (; frame.type() == Parcels.ENTRY; frame = parcels.receive()) {
                visit(CourierAnswer.entry(frame), visitor);
            }
            frame.expect(Parcels.END);
        } catch (Parcels.BrokenOffException broken) {
            throw broken.why();
        }
    }

    private void visit(FileEntry entry, Visitor visitor) throws IOException {
        if (entry.kind() != FileEntry.Kind.FILE) {
            visitor.entry(entry, InputStream.nullInputStream());
            return;
        }
        Parcels.Incoming content = parcels.new Incoming();
        visitor.entry(entry, content);
        content.finish();
    }

    @Override
    public void begin(SandboxPath folder) throws FileException, IOException {
        endFor(ask(Errand.ROOT, folder));
    }

    @Override
    public void put(Member member) throws IOException {
        if (member instanceof Member.File file) {
            parcels.send(ask(Errand.PUT_FILE, file.path())
                    .number32(Tag.ASK_MODE, file.mode())
                    .number(Tag.ASK_TIME, file.seconds()));
            file.content().writeTo(parcels.content());
            parcels.sendEnd();
        } else if (member instanceof Member.Folder folder) {
            parcels.send(ask(Errand.PUT_FOLDER, folder.path()).number32(Tag.ASK_MODE, folder.mode()));
        } else if (member instanceof Member.Link link) {
            parcels.send(ask(Errand.PUT_LINK, link.path())
                    .field(Tag.ASK_OTHER, link.target().toBytes()));
        } else if (member instanceof Member.Name name) {
            parcels.send(ask(Errand.PUT_NAME, name.path())
                    .field(Tag.ASK_OTHER, name.of().toBytes()));
        }
    }

    @Override
    public void sync() throws FileException, IOException {
        endFor(Errand.SYNC.ask());
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
