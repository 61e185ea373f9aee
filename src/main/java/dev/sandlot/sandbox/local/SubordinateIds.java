package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.keeper.HostIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Ids of the host that this plain user may give to others than root in a sandbox: what /etc/subuid and /etc/subgid grant
 * (subuid(5)), by newuidmap(1) and newgidmap(1). All of his sandboxes share them.
 */
final class SubordinateIds {
    private static final Path UIDS = Path.of("/etc/subuid");
    private static final Path GIDS = Path.of("/etc/subgid");
    /** With fewer an image's users would not be there. */
    private static final long LEAST = 1000;

    private SubordinateIds() {}

    /** A range of ids, one after the other. */
    private record Range(long first, long count) {}

    /** Empty where nothing is granted, or the tools are not there (Debian's package uidmap). */
    static Optional<HostIds.Granted> find() throws IOException {
        Optional<Path> uidTool = Programs.find("newuidmap");
        Optional<Path> gidTool = Programs.find("newgidmap");
        Optional<Range> uids = range(UIDS);
        Optional<Range> gids = range(GIDS);
        return uidTool.isPresent() && gidTool.isPresent() && uids.isPresent() && gids.isPresent()
                ? Optional.of(granted(uidTool.get(), gidTool.get(), uids.get(), gids.get()))
                : Optional.empty();
    }

    private static HostIds.Granted granted(Path uidTool, Path gidTool, Range uids, Range gids) {
        long count = Math.min(Math.min(uids.count(), gids.count()), HostIds.COUNT - 1L);
        return new HostIds.Granted(uidTool, gidTool, uids.first(), gids.first(), count);
    }

    private static Optional<Range> range(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        List<String> names = List.of(
                System.getProperty("user.name"),
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString());
        return Files.readAllLines(file).stream()
                .map(line -> line.strip().split(":"))
                .filter(part -> part.length == 3 && names.contains(part[0]))
                .filter(part -> part[1].matches("[0-9]{1,10}") && part[2].matches("[0-9]{1,10}"))
                .map(part -> new Range(Long.parseLong(part[1]), Long.parseLong(part[2])))
                .filter(range -> range.first() > 0 && range.count() >= LEAST)
                .findFirst();
    }
}
