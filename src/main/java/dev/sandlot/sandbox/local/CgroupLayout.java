package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.keeper.CreateRequest.ControlGroups;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Where this server's control groups are: a folder of its own below its own group, in every hierarchy that lets it make
 * one. Version 2, version 1, both at once (hybrid) or none (cgroups(7)).
 *
 * @param version2 the folder in the version 2 hierarchy
 * @param version2Controllers those of memory, pids and cpu that version 2 limits
 * @param version1 the folders of those that version 1 limits
 */
record CgroupLayout(Optional<Path> version2, Set<String> version2Controllers, Map<String, Path> version1) {
    private static final Logger LOG = ServerLog.of(CgroupLayout.class);
    private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");
    private static final Duration LEAVING_MAX = Duration.ofSeconds(2);
    private static final Duration LEAVING_STEP = Duration.ofMillis(5);
    private static final String SUBTREE = "cgroup.subtree_control";

    CgroupLayout {
        version2Controllers = Set.copyOf(version2Controllers);
        version1 = Map.copyOf(version1);
    }

    /** Looks at the host and makes the folders, named {@code instance}. What can't be made is left out. */
    static CgroupLayout prepare(String instance) {
        try {
            return new Host(
                            Files.readAllLines(Path.of("/proc/self/mountinfo")),
                            Files.readAllLines(Path.of("/proc/self/cgroup")))
                    .layout(instance);
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "Control groups can''t be found: {0}", unreadable.getMessage());
            return new CgroupLayout(Optional.empty(), Set.of(), Map.of());
        }
    }

    /** Everything that is limited at all. */
    boolean limits(String controller) {
        return version2Controllers.contains(controller) || version1.containsKey(controller);
    }

    /** The groups of a sandbox, which its keeper makes. */
    ControlGroups of(SandboxId sandbox) {
        String name = sandbox.toString();
        Map<String, Path> own = new LinkedHashMap<>();
        version1.forEach((controller, folder) -> own.put(controller, folder.resolve(name)));
        return new ControlGroups(version2.map(folder -> folder.resolve(name)), version2Controllers, own);
    }

    /** Ids of sandboxes that have left a folder here. */
    Set<String> sandboxes() {
        Set<String> names = new HashSet<>();
        folders()
                .forEach(folder -> children(folder)
                        .forEach(child -> names.add(child.getFileName().toString())));
        return names;
    }

    private Stream<Path> folders() {
        return Stream.concat(version2.stream(), version1.values().stream());
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Kills whatever still lives in a sandbox whose keeper is gone. */
    void kill(SandboxId sandbox) {
        version2.map(folder -> folder.resolve(sandbox.toString()).resolve("cgroup.kill"))
                .filter(Files::exists)
                .ifPresent(file -> write(file, "1"));
    }

    /** Removes what a sandbox left, once those have ended who were killed in it; true when nothing is there any more. */
    boolean remove(SandboxId sandbox) {
        boolean clean = true;
        for (Path folder : folders().toList()) {
            Path own = folder.resolve(sandbox.toString());
            clean &= becomesTrue(() -> removeTree(own));
        }
        return clean;
    }

    /** Removes the server's own folders, if no sandbox is left in them. */
    void removeAll() {
        folders()
                .filter(folder -> children(folder).isEmpty())
                .forEach(folder -> becomesTrue(() -> removeFolder(folder)));
    }

    /** A keeper is seen to have ended its sandbox a little before it has ended itself, and who is killed takes a moment. */
    private static boolean becomesTrue(BooleanSupplier removed) {
        long end = System.nanoTime() + LEAVING_MAX.toNanos();
        while (!removed.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            LockSupport.parkNanos(LEAVING_STEP.toNanos());
        }
        return true;
    }

    private static boolean removeTree(Path folder) {
        children(folder).forEach(CgroupLayout::removeFolder);
        return removeFolder(folder);
    }

    private static boolean removeFolder(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException stillInUse) {
            return false;
        }
    }

    private static boolean write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.US_ASCII);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** What the host says of its hierarchies. */
    private record Host(List<String> mounts, List<String> memberships) {
        CgroupLayout layout(String instance) {
            Map<String, Path> version1 = new LinkedHashMap<>();
            for (String controller : CONTROLLERS) {
                version1Group(controller)
                        .map(group -> group.resolve(instance))
                        .filter(CgroupLayout.Host::make)
                        .ifPresent(folder -> version1.put(controller, folder));
            }
            Optional<Path> version2 =
                    version2Group().map(group -> group.resolve(instance)).filter(CgroupLayout.Host::make);
            Set<String> controllers = new HashSet<>();
            for (String controller : CONTROLLERS) {
                if (!version1.containsKey(controller)
                        && version2.filter(folder -> enable(folder, controller)).isPresent()) {
                    controllers.add(controller);
                }
            }
            return new CgroupLayout(version2, controllers, version1);
        }

        private static boolean make(Path folder) {
            try {
                Files.createDirectories(folder);
                return Files.isWritable(folder);
            } catch (IOException refused) {
                return false;
            }
        }

        private Optional<Path> version1Group(String controller) {
            return memberships.stream()
                    .map(line -> line.split(":", 3))
                    .filter(parts -> List.of(parts[1].split(",")).contains(controller))
                    .findFirst()
                    .flatMap(parts -> mounts.stream()
                            .map(Mount::parse)
                            .filter(mount -> mount.type.equals("cgroup") && mount.options.contains(controller))
                            .findFirst()
                            .map(mount -> mount.group(parts[2])));
        }

        private Optional<Path> version2Group() {
            return memberships.stream()
                    .filter(line -> line.startsWith("0::"))
                    .findFirst()
                    .flatMap(line -> mounts.stream()
                            .map(Mount::parse)
                            .filter(mount -> mount.type.equals("cgroup2"))
                            .findFirst()
                            .map(mount -> mount.group(line.substring(3))));
        }

        /** Hands a controller down to the server's folder and to the sandboxes in it. */
        private static boolean enable(Path folder, String controller) {
            Path own = folder.resolveSibling("");
            String word = "+" + controller;
            if (!write(own.resolve(SUBTREE), word)) {
                // A group with processes can't hand controllers down: they move into a leaf (cgroups(7), "no internal
                // processes").
                if (!moveInto(own, own.resolve("sandlot-server")) || !write(own.resolve(SUBTREE), word)) {
                    return false;
                }
            }
            return write(folder.resolve(SUBTREE), word);
        }

        private static boolean moveInto(Path group, Path leaf) {
            if (!Files.exists(group.resolve("cgroup.type")) || !make(leaf)) {
                return false;
            }
            try {
                List<String> processes = new ArrayList<>(Files.readAllLines(group.resolve("cgroup.procs")));
                processes.forEach(process -> write(leaf.resolve("cgroup.procs"), process));
                return true;
            } catch (IOException unreadable) {
                return false;
            }
        }
    }

    /** A line of proc_pid_mountinfo(5). */
    private record Mount(String root, Path point, String type, Set<String> options) {
        static Mount parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves[1].split(" ", -1);
            return new Mount(left[3], Path.of(left[4]), right[0], new HashSet<>(List.of(right[2].split(","))));
        }

        /** The folder of a group named as /proc/self/cgroup names it. */
        Path group(String name) {
            String below = name.startsWith(root) ? name.substring(root.length()) : name;
            return point.resolve(below.startsWith("/") ? below.substring(1) : below);
        }
    }
}
