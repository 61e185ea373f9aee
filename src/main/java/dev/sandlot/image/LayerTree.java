package dev.sandlot.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The folder into which a layer is unpacked, seen as the root that it is going to be: links are followed as they will be
 * inside, so that no name leads out of it. Nobody else writes to it meanwhile.
 */
final class LayerTree {
    /** The mode of a folder that an archive names only within others' names. */
    private static final int IMPLIED = 0755;

    private static final int LINKS_MAX = 40;

    private final Path root;

    LayerTree(Path root) {
        this.root = root;
    }

    /** The parts of an archive's name; empty for the root itself. */
    static List<String> parts(String name) throws ImageException {
        if (name.indexOf('\0') >= 0) {
            throw new ImageException("The image has a file whose name has a NUL character");
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new ImageException("The image has a file whose name leads out of it (..)");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return List.copyOf(parts);
    }

    /** The place of a name; its missing folders are made. Its last part itself is not followed. */
    Path place(List<String> parts) throws IOException, ImageException {
        Path folder = folder(parts.subList(0, parts.size() - 1));
        return folder.resolve(parts.get(parts.size() - 1));
    }

    private Path folder(List<String> parts) throws IOException, ImageException {
        Deque<String> ahead = new ArrayDeque<>(parts);
        Path at = root;
        int links = 0;
        while (!ahead.isEmpty()) {
            String part = ahead.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                at = at.equals(root) ? root : at.resolveSibling("");
                continue;
            }
            Path next = at.resolve(part);
            if (Files.isSymbolicLink(next)) {
                if (++links > LINKS_MAX) {
                    throw new ImageException("The image has links that lead in a circle");
                }
                String target = Files.readSymbolicLink(next).toString();
                List<String> detour = List.of(target.split("/", -1));
                for (int i = detour.size() - 1; i >= 0; i--) {
                    ahead.addFirst(detour.get(i));
                }
                at = target.startsWith("/") ? root : at;
                continue;
            }
            make(next);
            at = next;
        }
        return at;
    }

    private static void make(Path folder) throws IOException, ImageException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
            // A server's umask is about what is the server's.
            Files.setAttribute(folder, "unix:mode", IMPLIED, LinkOption.NOFOLLOW_LINKS);
        } else if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new ImageException("The image has a file in the place of a folder");
        }
    }
}
