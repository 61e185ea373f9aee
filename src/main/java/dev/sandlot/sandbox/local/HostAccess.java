package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.keeper.HostIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this server may do on its host.
 *
 * @param root it may give each sandbox a range of user ids and id-map mounts; else its own id is root inside
 * @param cgroups the control groups that it may make
 * @param granted ids for others than root, where it has no right to any
 */
record HostAccess(boolean root, CgroupLayout cgroups, Optional<HostIds.Granted> granted) {
    private static final String EFFECTIVE = "CapEff:";
    /** What id maps and mounts of others need (capabilities(7)): CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN. */
    private static final long NEEDED = 1L << 6 | 1L << 7 | 1L << 21;

    /** Looks at the process and its host; makes the server's control groups. */
    static HostAccess detect(LocalConfig config) throws IOException {
        boolean root = hasRootsRights() && hasUserIds(config);
        CgroupHost groups = CgroupHost.read();
        if (config.cgroup().isPresent()) {
            groups = groups.within(config.cgroup().get());
        }
        return new HostAccess(root, groups.layout(config.instance()), root ? Optional.empty() : SubordinateIds.find());
    }

    /** In a container with a user namespace root has few ids to give away, or one (user_namespaces(7)). */
    private static boolean hasUserIds(LocalConfig config) throws IOException {
        long first = config.uidBase();
        long behind = first + (long) config.uidRanges() * HostIds.COUNT;
        return Files.readAllLines(Path.of("/proc/self/uid_map")).stream()
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(part -> Long.parseLong(part[0]) <= first
                        && behind <= Long.parseLong(part[0]) + Long.parseLong(part[2]));
    }

    private static boolean hasRootsRights() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(EFFECTIVE))
                .map(line -> Long.parseUnsignedLong(
                        line.substring(EFFECTIVE.length()).strip(), 16))
                .anyMatch(capabilities -> (capabilities & NEEDED) == NEEDED);
    }
}
