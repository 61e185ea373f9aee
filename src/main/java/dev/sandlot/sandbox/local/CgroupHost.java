package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the host says of its hierarchies of control groups, of version 1, 2 or both (cgroups(7)).
 *
 * @param mounts lines of proc_pid_mountinfo(5)
 * @param memberships lines of /proc/self/cgroup: the server's own groups
 */
record CgroupHost(List<String> mounts, List<String> memberships) {
    private static final Logger LOG = ServerLog.of(CgroupHost.class);
    private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");
    private static final String SUBTREE = "cgroup.subtree_control";
    /** Where a group's own processes are, once it hands controllers down. */
    private static final String LEAF = "sandlot-server";

    private static final String VERSION2 = "0::";

    /** The groups of this host; none where it does not say. */
    static CgroupHost read() {
        try {
            return new CgroupHost(
                    Files.readAllLines(Path.of("/proc/self/mountinfo")),
                    Files.readAllLines(Path.of("/proc/self/cgroup")));
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "Control groups can''t be found: {0}", unreadable.getMessage());
            return new CgroupHost(List.of(), List.of());
        }
    }

    /**
     * This host, with that group of the version 2 hierarchy in place of the server's own: for who can't start where
     * sandboxes are already (cgroups(7), "no internal processes").
     *
     * @throws IOException when there is no such group, or nothing can be made in it
     */
    CgroupHost within(String group) throws IOException {
        List<String> others =
                memberships.stream().filter(line -> !line.startsWith(VERSION2)).toList();
        if (others.size() == memberships.size()) {
            return this;
        }
        List<String> all = new ArrayList<>(others);
        all.add(VERSION2 + group);
        CgroupHost host = new CgroupHost(mounts, all);
        if (host.version2Group()
                .filter(folder -> !Files.isDirectory(folder) || !Files.isWritable(folder))
                .isPresent()) {
            throw new IOException(
                    "SANDLOT_CGROUP must be a control group that is there and in which the server may make"
                            + " others, but is " + group);
        }
        return host;
    }

    /** Makes folders of that name below the server's own groups. What can't be made is left out. */
    CgroupLayout layout(String instance) {
        Map<String, Path> version1 = new LinkedHashMap<>();
        for (String controller : CONTROLLERS) {
            version1Group(controller)
                    .map(group -> group.resolve(instance))
                    .filter(CgroupHost::make)
                    .ifPresent(folder -> version1.put(controller, folder));
        }
        Optional<Path> version2 =
                version2Group().map(group -> group.resolve(instance)).filter(CgroupHost::make);
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
                .filter(line -> line.startsWith(VERSION2))
                .findFirst()
                .flatMap(line -> mounts.stream()
                        .map(Mount::parse)
                        .filter(mount -> mount.type.equals("cgroup2"))
                        .findFirst()
                        .map(mount -> mount.group(line.substring(VERSION2.length()))))
                .map(CgroupHost::withoutLeaf);
    }

    /** A service manager may start the server in the leaf at once (systemd.resource-control(5), DelegateSubgroup). */
    private static Path withoutLeaf(Path group) {
        return group.endsWith(LEAF) ? group.resolveSibling("") : group;
    }

    /** Hands a controller down to the server's folder and to the sandboxes in it. */
    private static boolean enable(Path folder, String controller) {
        Path own = folder.resolveSibling("");
        String word = "+" + controller;
        if (!CgroupLayout.write(own.resolve(SUBTREE), word)) {
            // A group with processes can't hand controllers down: they move into a leaf (cgroups(7), "no internal
            // processes").
            if (!moveInto(own, own.resolve(LEAF)) || !CgroupLayout.write(own.resolve(SUBTREE), word)) {
                return false;
            }
        }
        return CgroupLayout.write(folder.resolve(SUBTREE), word);
    }

    private static boolean moveInto(Path group, Path leaf) {
        if (!Files.exists(group.resolve("cgroup.type")) || !make(leaf)) {
            return false;
        }
        try {
            List<String> processes = new ArrayList<>(Files.readAllLines(group.resolve("cgroup.procs")));
            processes.forEach(process -> CgroupLayout.write(leaf.resolve("cgroup.procs"), process));
            return true;
        } catch (IOException unreadable) {
            return false;
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
