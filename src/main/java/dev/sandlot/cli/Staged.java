package dev.sandlot.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file or a folder that takes its place when it is whole, and is no more when it never is: it is removed at the end,
 * and when the program is told to end.
 */
final class Staged implements AutoCloseable {
    private static final String PREFIX = ".sandlot-";

    private final Path path;
    private final Thread remover = new Remover();

    private Staged(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(remover);
    }

    /** Beside that file; the folders on the way are made. */
    static Staged file(Path target) throws IOException {
        return new Staged(Files.createTempFile(parent(target), PREFIX, ""));
    }

    /** In that folder where it is there, which may be all that may be written; else beside it. */
    static Staged folder(Path target) throws IOException {
        Path where = Files.isDirectory(target) ? target : parent(target);
        return new Staged(Files.createTempDirectory(where.toRealPath(), PREFIX));
    }

    private static Path parent(Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new Failure(Failure.FAILED, target + " is no name of a file");
        }
        // A link to a folder is one.
        return Files.isDirectory(parent) ? parent : Files.createDirectories(parent);
    }

    Path path() {
        return path;
    }

    /** All at once, in place of a file or a link that was there. */
    void replace(Path target) throws IOException {
        move(path, target);
    }

    /** All at once where nothing was; into a folder that is there file by file, when all of them fit. */
    void settle(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            move(path, target);
            return;
        }
        Files.walkFileTree(path, new Placing(target, false));
        Files.walkFileTree(path, new Placing(target, true));
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(remover);
        } catch (IllegalStateException stopping) {
            // It is doing its work.
        }
        remove();
    }

    private void remove() throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(path, new Removing());
        }
    }

    /** What is in the folder goes to its places, or (not {@code moves}) is looked at whether it may. */
    private final class Placing extends SimpleFileVisitor<Path> {
        private final Path target;
        private final boolean moves;

        Placing(Path target, boolean moves) {
            this.target = target;
            this.moves = moves;
        }

        private Path place(Path staged) {
            return target.resolve(path.relativize(staged));
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            Path place = place(folder);
            if (folder.equals(path) || Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return FileVisitResult.CONTINUE;
            }
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                throw new Failure(
                        Failure.FAILED,
                        Shown.name(place.toString()) + " is there and is no folder; nothing was written");
            }
            if (moves) {
                move(folder, place);
            }
            return FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Path place = place(file);
            if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                throw new Failure(Failure.FAILED, Shown.name(place.toString()) + " is a folder; nothing was written");
            }
            if (moves) {
                move(file, place);
            }
            return FileVisitResult.CONTINUE;
        }
    }

    private static final class Removing extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    private final class Remover extends Thread {
        Remover() {
            super("remover");
        }

        @Override
        public void run() {
            try {
                remove();
            } catch (IOException left) {
                System.err.println("sandlot: " + path + " is left behind");
            }
        }
    }
}
