package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The files that the host's programs want beside them, for sandboxes whose image is the host: its {@code /etc} as the
 * distribution brought it, without what tells of this host or its operator. By rules, not by a list of programs:
 *
 * <ul>
 *   <li>Only what everybody may read, all the way down; links as they are.
 *   <li>Where the packages' record is known: what is still as its package brought it, and what packages generate.
 *   <li>Elsewhere, and of what is generated: nothing that holds a private key, or names this host, its addresses or its
 *       people.
 *   <li>Never who may log in, nor what the host is called: made up.
 * </ul>
 */
final class HostFiles {
    private static final long SIZE_MAX = 4L << 20;
    private static final int NAME_MIN = 3;
    private static final int FIRST_PERSON = 1000;
    private static final int NOBODY = 65_534;
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    /** What tells who may log in, and what this host is called and connected to. */
    private static final Pattern NEVER = Pattern.compile("(passwd|group|shadow|gshadow|subuid|subgid)-?|\\.pwd\\.lock"
            + "|hostname|hosts|hosts\\..*|machine-id|machine-info|mailname|resolv\\.conf|adjtime|fstab|crypttab|exports"
            + "|(ssh|network|NetworkManager|netplan|wireguard|ipsec\\.d|sudoers\\.d|cron\\..*|systemd|udev)/.*");
    /** What packages make when they are installed, out of what others have brought. */
    private static final Pattern GENERATED = Pattern.compile(
            "ld\\.so\\.cache|ld\\.so\\.conf|shells|profile|inputrc|timezone"
                    + "|locale\\.(gen|conf)|nsswitch\\.conf|mailcap|mime\\.types|ca-certificates\\.conf|networks|rpc|debian_version"
                    + "|default/locale|pam\\.d/common-.*|ssl/certs/.*|(xml|sgml)/.*|java-.*/.*|fonts/.*|alternatives/.*");

    private static final Set<String> LINKED = Set.of("usr", "bin", "sbin", "lib", "etc", "proc");

    private final Path root;
    private final Optional<PackageRecord> packages;
    private final List<Pattern> identity;
    /** By path below the root, not by its text: names are bytes, and not every one can be said in every locale. */
    private final Map<Path, byte[]> files = new TreeMap<>();

    private final Map<Path, Path> links = new TreeMap<>();

    HostFiles(Path root, Set<String> identity) throws IOException {
        this.root = root;
        this.packages = PackageRecord.read(root);
        this.identity = identity.stream()
                .filter(word -> word.length() >= NAME_MIN)
                .map(word -> Pattern.compile("(?<![A-Za-z0-9])" + Pattern.quote(word) + "(?![A-Za-z0-9])"))
                .toList();
    }

    /** The files of the system whose root is that folder. */
    static HostFiles of(Path root) throws IOException {
        HostFiles files = new HostFiles(root, words(root));
        files.collect(root.resolve("etc"));
        files.collect(root.resolve("var/lib/dpkg/alternatives"));
        files.makeUp();
        return files;
    }

    /** What would tell which host this is, and whose. */
    private static Set<String> words(Path root) throws IOException {
        Set<String> words = new HashSet<>();
        try {
            InetAddress self = InetAddress.getLocalHost();
            words.addAll(List.of(self.getHostName(), self.getCanonicalHostName()));
        } catch (UnknownHostException nameless) {
            // Then nothing can tell its name.
        }
        for (NetworkInterface one : interfaces()) {
            one.inetAddresses()
                    .filter(address -> !address.isLoopbackAddress())
                    .forEach(address -> words.add(address.getHostAddress().replaceFirst("%.*", "")));
        }
        readLines(root.resolve("etc/machine-id")).forEach(words::add);
        for (String line : readLines(root.resolve("etc/passwd"))) {
            String[] parts = line.split(":", -1);
            if (parts.length > 3 && parts[2].matches("[0-9]{1,9}")) {
                int uid = Integer.parseInt(parts[2]);
                if (uid >= FIRST_PERSON && uid != NOBODY) {
                    words.add(parts[0]);
                }
            }
        }
        words.remove("localhost");
        return words;
    }

    private static List<NetworkInterface> interfaces() {
        try {
            return NetworkInterface.networkInterfaces().toList();
        } catch (SocketException none) {
            // None is up, not the loopback either: so it is told.
            return List.of();
        }
    }

    private static List<String> readLines(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    }

    private void collect(Path top) throws IOException {
        if (!Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                return isForAll(folder, PosixFilePermission.OTHERS_EXECUTE)
                        ? FileVisitResult.CONTINUE
                        : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                add(file, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isForAll(Path path, PosixFilePermission right) throws IOException {
        return Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).contains(right);
    }

    private void add(Path file, BasicFileAttributes attributes) throws IOException {
        Path path = root.relativize(file);
        String name = path.toString();
        String below = name.startsWith("etc/") ? name.substring("etc/".length()) : "alternatives/";
        if (NEVER.matcher(below).matches()) {
            return;
        }
        if (attributes.isSymbolicLink()) {
            Path target = Files.readSymbolicLink(file);
            if (leadsToPrograms(file, target)) {
                links.put(path, target);
            }
        } else if (attributes.isRegularFile()
                && attributes.size() <= SIZE_MAX
                && isForAll(file, PosixFilePermission.OTHERS_READ)
                && Files.isReadable(file)) {
            byte[] content = Files.readAllBytes(file);
            if (isShown(below, name, content)) {
                files.put(path, content);
            }
        }
    }

    /** Whether a link leads to programs: where else it leads is the operator's business. */
    private boolean leadsToPrograms(Path link, Path target) {
        Path end = target.isAbsolute()
                ? target.normalize()
                : Path.of("/")
                        .resolve(root.relativize(link.resolveSibling(target).normalize()));
        return end.getNameCount() > 0 && LINKED.contains(end.getName(0).toString());
    }

    private boolean isShown(String below, String name, byte[] content) {
        if (packages.isPresent() && packages.get().isUntouched("/" + name, content)) {
            return true;
        }
        boolean mayBe = packages.isEmpty() || GENERATED.matcher(below).matches();
        return mayBe && (below.equals("ld.so.cache") || tellsNothing(new String(content, StandardCharsets.ISO_8859_1)));
    }

    private boolean tellsNothing(String text) {
        return !text.contains(PRIVATE_KEY)
                && identity.stream().noneMatch(word -> word.matcher(text).find());
    }

    /** Users as the distribution has them before anybody is added; and that they may be somebody by su(1). */
    private void makeUp() throws IOException {
        List<String> users =
                masters("passwd", "root:*:0:0:root:/root:/bin/sh", "nobody:*:65534:65534:nobody:/:/bin/sh");
        List<String> groups = masters("group", "root:*:0:", "nogroup:*:65534:");
        put("etc/passwd", users.stream().map(HostFiles::withShell).toList());
        put(
                "etc/group",
                groups.stream().map(line -> line.replaceFirst(":\\*:", ":x:")).toList());
        put(
                "etc/shadow",
                users.stream()
                        .map(line -> line.split(":", -1)[0] + ":*:19000:0:99999:7:::")
                        .toList());
        files.putIfAbsent(
                Path.of("etc/nsswitch.conf"),
                "passwd: files\ngroup: files\nhosts: files dns\n".getBytes(StandardCharsets.UTF_8));
    }

    /** The lines of Debian's base-passwd, where it is there; it knows ids that a sandbox has. */
    private List<String> masters(String kind, String... otherwise) throws IOException {
        List<String> lines = readLines(root.resolve("usr/share/base-passwd/" + kind + ".master"));
        return lines.isEmpty() ? List.of(otherwise) : lines;
    }

    /** The line with a shell: whoever becomes nobody wants one. */
    private static String withShell(String line) {
        String user = line.replaceFirst(":\\*:", ":x:");
        return user.startsWith("nobody:") ? user.replaceFirst("[^:]*$", "/bin/sh") : user;
    }

    private void put(String name, List<String> lines) {
        files.put(
                Path.of(name),
                lines.stream()
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Names what is in it: the same files have the same name. */
    String digest() {
        CRC32 sum = new CRC32();
        files.forEach((name, content) -> {
            sum.update(name.toString().getBytes(StandardCharsets.UTF_8));
            sum.update(content);
        });
        links.forEach((name, target) -> sum.update((name + " " + target).getBytes(StandardCharsets.UTF_8)));
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    /** Lays all of it down in an empty folder. */
    void writeTo(Path folder) throws IOException {
        for (Map.Entry<Path, byte[]> file : files.entrySet()) {
            Path place = place(folder, file.getKey());
            Files.write(place, file.getValue());
            String mode = file.getKey().toString().endsWith("shadow") ? "rw-------" : "rw-r--r--";
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(mode));
        }
        for (Map.Entry<Path, Path> link : links.entrySet()) {
            Files.createSymbolicLink(place(folder, link.getKey()), link.getValue());
        }
    }

    /** A place for the file of that name, with the folders above it. */
    private static Path place(Path top, Path relative) throws IOException {
        Path folder = top;
        for (int i = 0; i < relative.getNameCount() - 1; i++) {
            folder = folder.resolve(relative.getName(i));
            if (!Files.exists(folder)) {
                Files.createDirectory(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        return folder.resolve(relative.getFileName());
    }

    /**
     * Lays them down in the server's data folder, where they stay: sandboxes of an earlier server rest on them. Returns
     * their folder.
     */
    static Path prepare(Path dataDirectory) throws IOException {
        HostFiles files = of(Path.of("/"));
        Path all = Files.createDirectories(dataDirectory.resolve("host"));
        Path folder = all.resolve(files.digest());
        if (!Files.exists(folder)) {
            Path draft = Files.createTempDirectory(
                    all, "draft", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.createDirectory(draft.resolve("etc"));
            Files.createDirectory(draft.resolve("var"));
            files.writeTo(draft);
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return folder;
    }

    /** What is shown of it, by name below the root. */
    Set<String> names() {
        return Stream.concat(files.keySet().stream(), links.keySet().stream())
                .map(Path::toString)
                .collect(Collectors.toSet());
    }
}
