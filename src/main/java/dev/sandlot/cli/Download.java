package dev.sandlot.cli;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** From an environment to this machine. What is there takes its place when all of it has come. */
final class Download {
    private final RemoteFiles files;
    private final Progress progress;
    private final Tally tally;

    Download(RemoteFiles files, Progress progress, Tally tally) {
        this.files = files;
        this.progress = progress;
        this.tally = tally;
    }

    /** A file's bytes; of a folder the archive. */
    void stream(RemotePath from, OutputStream out) throws IOException {
        if (isFolder(entry(from))) {
            try (InputStream archive = progress.counting(files.readArchive(from))) {
                tally.bytes(archive.transferTo(out));
            }
        } else {
            tally.bytes(new FileDownload(files, progress, from).into(out));
            tally.file();
        }
        out.flush();
    }

    void copy(RemotePath from, String to) throws IOException {
        JsonObject entry = entry(from);
        Path target = target(from, to, isFolder(entry));
        if (isFolder(entry)) {
            tree(from, target, Modes.parse(entry.getString("mode")));
        } else {
            file(from, target);
        }
    }

    private JsonObject entry(RemotePath from) {
        return files.entry(from)
                .orElseThrow(() -> new Failure(Failure.NOT_FOUND, "There is no file " + Shown.name(from.path())));
    }

    private static boolean isFolder(JsonObject entry) {
        return entry.getString("type").equals("directory");
    }

    /** In a folder that is there by its own name, else as said. */
    static Path target(RemotePath from, String to, boolean isFolder) {
        Path said = local(to);
        boolean isIn = Files.isDirectory(said) || (!isFolder && to.endsWith("/"));
        return isIn && !from.name().isEmpty() ? said.resolve(local(from.name())) : said;
    }

    private static Path local(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException unfit) {
            throw new Failure(Failure.FAILED, Shown.name(name) + " is no name that a file of this machine can have");
        }
    }

    private void file(RemotePath from, Path target) throws IOException {
        FileDownload download = new FileDownload(files, progress, from);
        if (Files.isDirectory(target)) {
            throw new Failure(Failure.FAILED, target + " is a folder");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            // A device, say, which stays one.
            try (OutputStream out = Files.newOutputStream(target)) {
                tally.bytes(download.into(out));
            }
        } else {
            whole(download, Files.exists(target) ? target.toRealPath() : target);
        }
        tally.file();
    }

    private void whole(FileDownload download, Path target) throws IOException {
        try (Staged staged = Staged.file(target)) {
            try (OutputStream out = Files.newOutputStream(staged.path())) {
                tally.bytes(download.into(out));
            }
            Modes.setFile(staged.path(), download.mode());
            progress.whole();
            staged.replace(target);
        }
    }

    private void tree(RemotePath from, Path target, int mode) throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new Failure(Failure.FAILED, target + " is there and is no folder");
        }
        try (Staged staged = Staged.folder(target)) {
            try (InputStream archive = progress.counting(files.readArchive(from))) {
                new Unpacking(staged.path(), tally).read(archive);
            }
            Modes.setFolder(staged.path(), mode);
            progress.whole();
            staged.settle(target);
            tally.directory();
        }
    }
}
