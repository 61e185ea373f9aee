package dev.sandlot.e2e;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * What the container works out at the first start of a server, its features' bundles and the application's annotations,
 * and what the Java runtime has made of their classes. The first servers of a build that end well leave it to those after
 * them, which then start as a restarted one does.
 */
final class Workarea {
    private static final String NAME = "workarea";
    private static final String CLASSES = "classes";

    private Workarea() {}

    /** Does nothing for a server that has its own, or where nothing is kept. */
    static void lend(Path output) throws IOException {
        Path own = output.resolve(NAME);
        Path kept = kept(NAME);
        if (Files.exists(kept) && !Files.exists(own)) {
            Files.createDirectories(output);
            Folders.copyAll(kept, own);
        }
    }

    /**
     * For a runtime without an agent: it begins with the classes that are kept. One server alone is to make them where there
     * are none, which takes seconds at its end.
     */
    static String classesOption(Path output) throws IOException {
        Path kept = kept(CLASSES);
        if (Files.exists(kept)) {
            return "-XX:SharedArchiveFile=" + kept;
        }
        return Integer.getInteger("sandlot.fork", 1) == 1 ? "-XX:ArchiveClassesAtExit=" + output.resolve(CLASSES) : "";
    }

    /** The server has ended. */
    static void keep(Path output) throws IOException {
        keep(output, NAME);
        keep(output, CLASSES);
    }

    private static void keep(Path output, String name) throws IOException {
        Path kept = kept(name);
        Path own = output.resolve(name);
        if (Files.exists(kept) || !Files.exists(own)) {
            return;
        }
        Path half = Files.createTempDirectory(kept.getParent(), "half-");
        try {
            takeOlder(name, kept, half);
            Folders.copyAll(own, half.resolve(name));
            Files.move(half.resolve(name), kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException lost) {
            // Where servers end side by side one of them keeps its own; what nobody kept is worked out again.
        } finally {
            Folders.remove(half);
        }
    }

    private static void takeOlder(String name, Path kept, Path into) throws IOException {
        try (Stream<Path> files = Files.list(kept.getParent())) {
            for (Path file : files.filter(file -> !file.equals(kept)).toList()) {
                String older = file.getFileName().toString();
                if (older.startsWith(prefix(name))) {
                    Files.move(file, into.resolve(older), StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    /** Another Java runtime, or another build of the application, begins anew. */
    private static Path kept(String name) throws IOException {
        Path wlp = Path.of(System.getProperty("sandlot.wlp"));
        Path war = wlp.resolve("usr/servers/sandlot/apps/sandlot.war");
        return wlp.resolve("usr")
                .resolve(prefix(name) + Files.size(war) + "-"
                        + Files.getLastModifiedTime(war).toMillis());
    }

    private static String prefix(String name) {
        return name + "-" + Runtime.version().feature() + "-";
    }
}
