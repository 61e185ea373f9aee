package dev.sandlot.cli;

import jakarta.json.JsonObject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** From this machine into an environment. */
final class Upload {
    private final RemoteFiles files;
    private final Progress progress;
    private final Tally tally;

    Upload(RemoteFiles files, Progress progress, Tally tally) {
        this.files = files;
        this.progress = progress;
        this.tally = tally;
    }

    void stream(InputStream content, RemotePath to) throws IOException {
        if (isFolder(to, files.entry(to))) {
            throw new Failure(Failure.FAILED, to + " is a folder: say the name of the file");
        }
        put(content, -1, to, OptionalInt.empty());
    }

    void copy(Path from, RemotePath to) throws IOException {
        if (Files.isDirectory(from)) {
            tree(from, to);
        } else {
            file(from, to);
        }
    }

    private void file(Path from, RemotePath to) throws IOException {
        RemotePath place = isFolder(to, files.entry(to)) ? to.child(name(from)) : to;
        try (InputStream content = Files.newInputStream(from)) {
            if (Files.isRegularFile(from)) {
                int mode = Modes.of(Files.getPosixFilePermissions(from));
                put(content, Files.size(from), place, OptionalInt.of(mode));
            } else {
                // A pipe's end, say: it is as long as it is.
                put(content, -1, place, OptionalInt.empty());
            }
        }
    }

    private static boolean isFolder(RemotePath path, Optional<JsonObject> there) {
        return there.map(entry -> entry.getString("type").equals("directory")).orElse(path.saysFolder());
    }

    private static String name(Path from) {
        Path name = from.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }

    private void put(InputStream content, long length, RemotePath to, OptionalInt mode) throws IOException {
        Body body = new Body(content, length);
        progress.expect(length);
        try {
            files.write(to, mode, body.publisher());
        } catch (Refusal refused) {
            throw told(refused, "nothing was written");
        } catch (Failure failure) {
            throw body.orElse(failure);
        }
        tally.file();
        tally.bytes(body.count.get());
    }

    private void tree(Path from, RemotePath to) throws IOException {
        Optional<JsonObject> there = files.entry(to);
        if (there.isPresent() && !isFolder(to, there)) {
            throw new Failure(Failure.FAILED, to + " is there and is no folder");
        }
        boolean isNew = there.isEmpty() && !to.name().isEmpty();
        RemotePath below = isNew ? to.parent() : to;
        String prefix = isNew ? to.name() : there.isEmpty() || saysContents(from) ? "" : name(from);
        send(from, below, prefix);
    }

    private void send(Path from, RemotePath below, String prefix) throws IOException {
        if (progress.isShown()) {
            progress.expect(TreeArchive.bytes(from));
        }
        try (TreeArchive archive = new TreeArchive(from, prefix, tally)) {
            Body body = new Body(archive, -1);
            try {
                files.writeArchive(below, body.publisher());
            } catch (Refusal refused) {
                throw told(refused, "what came before it was written");
            } catch (Failure failure) {
                throw body.orElse(failure);
            }
        }
    }

    /** {@code .} or {@code folder/.}: what is in it. */
    static boolean saysContents(Path from) {
        return String.valueOf(from.getFileName()).equals(".");
    }

    private static Failure told(Refusal refused, String what) {
        Failure failure = refused.toFailure();
        return new Failure(failure.exitCode(), failure.sentence() + "; " + what);
    }

    /** What is sent, of that length (negative: nobody knows it). Who sends it does not tell why it could not be read. */
    private final class Body extends FilterInputStream {
        private final long length;
        private final AtomicLong count = new AtomicLong();
        private volatile @Nullable IOException failure;

        Body(InputStream content, long length) {
            super(progress.counting(content));
            this.length = length;
        }

        BodyPublisher publisher() {
            BodyPublisher all = BodyPublishers.ofInputStream(() -> this);
            return length > 0 ? BodyPublishers.fromPublisher(all, length) : length == 0 ? BodyPublishers.noBody() : all;
        }

        @Override
        public int read(byte[] bytes, int offset, int most) throws IOException {
            try {
                return length < 0 ? next(bytes, offset, most) : nextOfLength(bytes, offset, most);
            } catch (IOException unreadable) {
                failure = unreadable;
                throw unreadable;
            }
        }

        /** What is added meanwhile is not sent. */
        private int nextOfLength(byte[] bytes, int offset, int most) throws IOException {
            long left = length - count.get();
            if (left == 0) {
                return -1;
            }
            int more = next(bytes, offset, (int) Math.min(most, left));
            if (more < 0) {
                throw new IOException("The file became shorter while it was read");
            }
            return more;
        }

        private int next(byte[] bytes, int offset, int most) throws IOException {
            int more = super.read(bytes, offset, most);
            count.addAndGet(Math.max(0, more));
            return more;
        }

        Failure orElse(Failure other) {
            IOException own = failure;
            return own == null ? other : Failure.of(own);
        }
    }
}
