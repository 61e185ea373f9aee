package dev.sandlot.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the processes of a server take, as the kernel tells it. */
final class Processes {
    private static final Path PROC = Path.of("/proc");
    private static final double TICK_MILLIS = 10;
    /** Indexes behind a process's name in its stat(5). */
    private static final int PARENT = 1;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int WAITED_USER = 13;
    private static final int WAITED_SYSTEM = 14;

    private final long server;
    private final Path data;
    private final Optional<Path> group;

    private Processes(long server, Path data, Optional<Path> group) {
        this.server = server;
        this.data = data;
        this.group = group;
    }

    static Processes of(Subject subject) throws IOException {
        return new Processes(subject.pid(), subject.data(), group(subject.instance()));
    }

    /** Where the kernel counts the memory of all sandboxes of the server. */
    private static Optional<Path> group(String instance) throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        List<Path> folders = new ArrayList<>(List.of(root));
        for (int i = 0; i < folders.size(); i++) {
            Path folder = folders.get(i);
            if (folder.endsWith(instance) && Files.exists(folder.resolve(memoryFile(folder)))) {
                return Optional.of(folder);
            }
            if (folder.getNameCount() - root.getNameCount() < 4) {
                try (Stream<Path> below = Files.list(folder)) {
                    below.filter(Files::isDirectory).forEach(folders::add);
                } catch (IOException gone) {
                    // A group of somebody else's.
                }
            }
        }
        return Optional.empty();
    }

    private static String memoryFile(Path folder) {
        return Files.exists(folder.resolve("memory.current")) ? "memory.current" : "memory.usage_in_bytes";
    }

    /** Milliseconds of a processor that have gone to each of them since it began. */
    record Cpu(double server, double keepers, double commands, double client) {
        static final Cpu NONE = new Cpu(0, 0, 0, 0);

        Cpu plus(Cpu more) {
            return new Cpu(
                    server + more.server, keepers + more.keepers, commands + more.commands, client + more.client);
        }

        Cpu minus(Cpu before) {
            return plus(new Cpu(-before.server, -before.keepers, -before.commands, -before.client));
        }
    }

    /** Of those that live; commands are what keepers have waited for. */
    Cpu cpu() throws IOException {
        double keepers = 0;
        double commands = 0;
        for (Path keeper : keepers()) {
            List<String> stat = stat(keeper);
            keepers += millis(stat, USER, SYSTEM);
            commands += millis(stat, WAITED_USER, WAITED_SYSTEM);
        }
        return new Cpu(
                millis(stat(process(server)), USER, SYSTEM),
                keepers,
                commands,
                millis(stat(PROC.resolve("self")), USER, SYSTEM));
    }

    private static double millis(List<String> stat, int user, int system) {
        return stat.isEmpty() ? 0 : TICK_MILLIS * (Long.parseLong(stat.get(user)) + Long.parseLong(stat.get(system)));
    }

    private static Path process(long pid) {
        return PROC.resolve(Long.toString(pid));
    }

    /** Empty when it is gone. */
    private static List<String> stat(Path process) {
        try {
            String line = Files.readString(process.resolve("stat"));
            return List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** The server's keepers, and the first processes of their sandboxes. */
    private List<Path> keepers() throws IOException {
        List<Path> named;
        try (Stream<Path> all = Files.list(PROC)) {
            named = all.filter(process -> text(process.resolve("comm")).startsWith("keeper"))
                    .toList();
        }
        Set<String> outside = new HashSet<>();
        for (Path process : named) {
            if (isOurs(process)) {
                outside.add(process.getFileName().toString());
            }
        }
        return named.stream()
                .filter(process -> outside.contains(process.getFileName().toString())
                        || stat(process).stream()
                                .skip(PARENT)
                                .findFirst()
                                .filter(outside::contains)
                                .isPresent())
                .toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }

    /** A keeper's folder is that of its socket. */
    private boolean isOurs(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(data);
        } catch (IOException gone) {
            return false;
        }
    }

    /** In KiB; what is shared counts in parts. */
    long keepersPss() throws IOException {
        long sum = 0;
        for (Path keeper : keepers()) {
            sum += kilobytes(keeper.resolve("smaps_rollup"), "Pss:");
        }
        return sum;
    }

    /** In KiB, what the kernel has charged to all sandboxes, with what it holds for them; empty where it does not. */
    Optional<Long> sandboxes() {
        return group.map(folder ->
                Long.parseLong(text(folder.resolve(memoryFile(folder))).strip()) >> 10);
    }

    /** In KiB. */
    long serverRss() {
        return kilobytes(process(server).resolve("status"), "VmRSS:");
    }

    long serverThreads() {
        return kilobytes(process(server).resolve("status"), "Threads:");
    }

    long serverDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(process(server).resolve("fd"))) {
            return all.count();
        }
    }

    /** In KiB, what the host has left. */
    static long available() {
        return kilobytes(PROC.resolve("meminfo"), "MemAvailable:");
    }

    static long total() {
        return kilobytes(PROC.resolve("meminfo"), "MemTotal:");
    }

    private static long kilobytes(Path file, String name) {
        return text(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
