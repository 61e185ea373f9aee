package dev.sandlot.e2e;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * What the container works out at the first start of a server: its features' bundles, the application's annotations. The
 * first server of a build that ends well leaves it to those after it, which then start as a restarted one does.
 */
final class Workarea {
    private static final String NAME = "workarea";

    private Workarea() {}

    /** Does nothing for a server that has its own, or where nothing is kept. */
    static void lend(Path output) throws IOException {
        Path own = output.resolve(NAME);
        Path kept = kept();
        if (Files.exists(kept) && !Files.exists(own)) {
            Files.createDirectories(output);
            Folders.copyAll(kept, own);
        }
    }

    /** The server has ended. */
    static void keep(Path output) throws IOException {
        Path kept = kept();
        if (Files.exists(kept)) {
            return;
        }
        Path half = Files.createTempDirectory(kept.getParent(), "half-");
        try {
            takeOlder(kept, half);
            Folders.copyAll(output.resolve(NAME), half.resolve(NAME));
            Files.move(half.resolve(NAME), kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException lost) {
            // Where servers end side by side one of them keeps its own; what nobody kept is worked out again.
        } finally {
            Folders.remove(half);
        }
    }

    private static void takeOlder(Path kept, Path into) throws IOException {
        try (Stream<Path> files = Files.list(kept.getParent())) {
            for (Path file : files.filter(file -> !file.equals(kept)).toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(prefix())) {
                    Files.move(file, into.resolve(name), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    /** Another Java runtime, or another build of the application, begins anew. */
    private static Path kept() throws IOException {
        Path wlp = Path.of(System.getProperty("sandlot.wlp"));
        Path war = wlp.resolve("usr/servers/sandlot/apps/sandlot.war");
        return wlp.resolve("usr")
                .resolve(prefix() + Files.size(war) + "-"
                        + Files.getLastModifiedTime(war).toMillis());
    }

    private static String prefix() {
        return "workarea-" + Runtime.version().feature() + "-";
    }
}
