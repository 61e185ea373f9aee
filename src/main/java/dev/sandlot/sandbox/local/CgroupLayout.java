package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.keeper.CreateRequest.ControlGroups;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
    private static final Duration LEAVING_MAX = Duration.ofSeconds(2);
    private static final Duration LEAVING_STEP = Duration.ofMillis(5);

    CgroupLayout {
        version2Controllers = Set.copyOf(version2Controllers);
        version1 = Map.copyOf(version1);
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

    /** False when that is refused. */
    static boolean write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.US_ASCII);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
