package dev.sandlot.task;

import dev.sandlot.http.Members;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the files of a task: their texts, or where in the task's own folder these are. */
final class FilesReader {
    /** Each is written by a command of its own. */
    static final int FILES_MAX = 256;

    private static final int FILE_MAX = 1 << 20;
    private static final int ALL_MAX = 16 << 20;

    private final Members files;
    private final Optional<Path> folder;

    FilesReader(Members files, Optional<Path> folder) {
        this.files = files;
        this.folder = folder;
    }

    List<SeedFile> read() {
        List<SeedFile> all = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, ?> entry : files.all().entrySet()) {
            Optional<SeedFile> file = file(entry.getKey(), entry.getValue());
            bytes += file.map(one -> Members.bytes(one.content())).orElse(0);
            if (bytes > ALL_MAX) {
                files.badValue("Must have at most 16 MiB together");
                return List.of();
            }
            file.ifPresent(all::add);
        }
        return all;
    }

    private Optional<SeedFile> file(String path, Object value) {
        if (!SeedFile.isPath(path) || path.endsWith("/")) {
            files.badValue("Must be named by an absolute path without ..", path);
            return Optional.empty();
        }
        Map<?, ?> file = value instanceof Map<?, ?> object ? object : Map.of("content", value);
        return content(path, file).map(content -> new SeedFile(path, content, mode(path, file.get("mode"))));
    }

    private String mode(String path, @Nullable Object mode) {
        String text = mode == null ? SeedFile.MODE_DEFAULT : mode.toString();
        if (!SeedFile.isMode(text)) {
            files.badValue("Must be permissions in octal, such as \"0755\"", path, "mode");
            return SeedFile.MODE_DEFAULT;
        }
        return text;
    }

    private Optional<String> content(String path, Map<?, ?> file) {
        Optional<String> content = file.get("source") instanceof String source && folder.isPresent()
                ? read(folder.get(), source)
                : Optional.ofNullable(file.get("content"))
                        .filter(String.class::isInstance)
                        .map(String.class::cast);
        if (content.isEmpty() || Members.bytes(content.get()) > FILE_MAX) {
            files.badValue("Must have a content of at most 1 MiB of text", path);
            return Optional.empty();
        }
        return content;
    }

    /** From the task's own folder, and nowhere else: where a link leads counts. */
    private static Optional<String> read(Path folder, String source) {
        try {
            Path file = folder.resolve(source).toRealPath();
            return file.startsWith(folder.toRealPath()) && Files.size(file) <= FILE_MAX
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (IOException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }
}
