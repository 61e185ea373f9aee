package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What is seen of sandboxes on the host: the sockets of their keepers, and their control groups. */
final class SandboxTraces {
    private static final Logger LOG = ServerLog.of(SandboxTraces.class);
    private static final String SUFFIX = ".sock";

    private final CgroupLayout cgroups;
    private final Path folder;

    /** {@code folder}: of the sockets. */
    SandboxTraces(CgroupLayout cgroups, Path folder) {
        this.cgroups = cgroups;
        this.folder = folder;
    }

    /** Where a sandbox's keeper listens, within the folder. */
    static String socketName(SandboxId sandbox) {
        return sandbox + SUFFIX;
    }

    Path socket(SandboxId sandbox) {
        return folder.resolve(socketName(sandbox));
    }

    /** Whether there is a socket of its keeper, which may not listen any more. */
    boolean hasSocket(SandboxId sandbox) {
        return Files.exists(socket(sandbox));
    }

    /** Those that left any, and others that have a control group. */
    Set<SandboxId> sandboxes() {
        Set<String> names = new HashSet<>(cgroups.sandboxes());
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .forEach(name -> names.add(name.substring(0, name.length() - SUFFIX.length())));
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "The sockets of keepers can''t be listed: {0}", unreadable.getMessage());
        }
        Set<SandboxId> sandboxes = new HashSet<>();
        for (String name : names) {
            try {
                sandboxes.add(new SandboxId(UUID.fromString(name)));
            } catch (IllegalArgumentException notOurs) {
                LOG.log(Level.FINE, "{0} is no sandbox", name);
            }
        }
        return sandboxes;
    }

    /** Kills what lives in its control groups, where the host lets that be done. */
    void kill(SandboxId sandbox) {
        cgroups.kill(sandbox);
    }

    /** Kills, and waits for the end of that; true when a control group says that nothing lives in it any more. */
    boolean killed(SandboxId sandbox) {
        cgroups.kill(sandbox);
        return cgroups.version2().isPresent() && cgroups.remove(sandbox);
    }

    /**
     * What a keeper would have done, where there is none; true when nothing of the sandbox is left. The socket goes last:
     * it is what the next server finds it by.
     */
    boolean clean(SandboxId sandbox) {
        cgroups.kill(sandbox);
        if (!cgroups.remove(sandbox)) {
            return false;
        }
        try {
            Files.deleteIfExists(socket(sandbox));
            return true;
        } catch (IOException stays) {
            return false;
        }
    }
}
