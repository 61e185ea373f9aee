package dev.sandlot.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What of a test's server is on the host beside its own process.
 *
 * @param folder all of its files are in it
 * @param instance the name of its control groups
 */
record HostTraces(Path folder, Path data, String instance) {
    /** The host loses a sandbox. */
    void killKeeper(String environment) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            long pid = processes
                    .filter(this::belongsHere)
                    .filter(path -> holdsSocket(path, environment))
                    .mapToLong(path -> Long.parseLong(path.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
    }

    private static boolean holdsSocket(Path process, String environment) {
        try {
            String group = Files.readString(process.resolve("cgroup"));
            return group.contains(environment);
        } catch (IOException gone) {
            return false;
        }
    }

    /** What a test that failed has left goes with it. */
    void endKeepers() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(this::belongsHere)
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    /** Processes, sockets, mounts and control groups of this server. */
    List<String> left() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"));
                Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            return Stream.of(
                            processes.filter(this::belongsHere).map(Path::toString),
                            Folders.named(Path.of("/sys/fs/cgroup"), 6, instance).stream()
                                    .map(Path::toString),
                            sockets().stream(),
                            mounts.filter(line -> line.contains(folder.toString())))
                    .flatMap(found -> found)
                    .toList();
        }
    }

    /** A server that was refused early has not even a folder for them. */
    private List<String> sockets() throws IOException {
        Path run = data.resolve("run");
        if (!Files.exists(run)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(run)) {
            return files.map(Path::toString).toList();
        }
    }

    /** A keeper's folder is that of its socket. */
    private boolean belongsHere(Path process) {
        try {
            return process.getFileName().toString().matches("[0-9]+")
                    && Files.readSymbolicLink(process.resolve("cwd")).startsWith(folder)
                    && process.toFile().exists();
        } catch (IOException notOurs) {
            return false;
        }
    }
}
