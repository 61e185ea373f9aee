package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A root file system that holds a shell, what it needs to run, and one file. */
final class ShellImage {
    private static final Pattern LIBRARY = Pattern.compile("/[^ ]+/[^ ]+\\.so[^ ]*");

    private ShellImage() {}

    static Path create(Path folder) throws IOException {
        copy(Path.of("/bin/sh"), folder);
        Process ldd = new ProcessBuilder("ldd", "/bin/sh").start();
        String libraries = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String library :
                LIBRARY.matcher(libraries).results().map(MatchResult::group).toList()) {
            copy(Path.of(library), folder);
        }
        Files.writeString(folder.resolve("file"), "original\n");
        return folder;
    }

    private static void copy(Path file, Path folder) throws IOException {
        Path copy = folder.resolve(file.toString().substring(1));
        Files.createDirectories(copy.resolveSibling(""));
        Files.write(copy, Files.readAllBytes(file));
        if (!copy.toFile().setExecutable(true, false)) {
            throw new IOException("could not make it executable: " + copy);
        }
    }
}
