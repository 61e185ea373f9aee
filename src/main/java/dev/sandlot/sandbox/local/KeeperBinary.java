package dev.sandlot.sandbox.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/** The keeper's program, unpacked from the application into the data directory. */
final class KeeperBinary {
    private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

    private KeeperBinary() {}

    /** The path of the unpacked keeper. A new version gets a new name: running keepers hold on to theirs. */
    static Path unpack(Path dataDirectory) throws IOException {
        byte[] program = load();
        CRC32 sum = new CRC32();
        sum.update(program);
        Path folder = Files.createDirectories(dataDirectory.resolve("bin"));
        Path path = folder.resolve(String.format(Locale.ROOT, "keeper-%08x", sum.getValue()));
        if (!Files.exists(path)) {
            Path draft = Files.createTempFile(
                    folder,
                    "keeper",
                    ".draft",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.write(draft, program);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        }
        return path;
    }

    private static byte[] load() throws IOException {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String resource = "/keeper/" + (X86_64.contains(machine) ? "x86_64" : machine);
        try (InputStream stream = KeeperBinary.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException(
                        "There is no keeper for machines of type " + machine + "; build it from src/main/c");
            }
            return stream.readAllBytes();
        }
    }
}
