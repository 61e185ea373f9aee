package dev.sandlot.output;

import dev.sandlot.budget.Tenant;
import dev.sandlot.files.FileTrees;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Outputs in files of the data directory: a folder for each environment. */
@Singleton
public class FileOutputStore implements OutputStore {
    private static final int ID_LENGTH = 36;

    private final OutputConfig config;
    private final KeptBytes kept;

    @Inject
    public FileOutputStore(OutputConfig config, KeptBytes kept) {
        this.config = config;
        this.kept = kept;
    }

    private Path folder(UUID environment) {
        return config.directory().resolve(environment.toString());
    }

    private Path file(UUID environment, UUID execution, OutputStreamKind stream) {
        return folder(environment).resolve(execution + "." + stream.word());
    }

    @Override
    public LiveOutput begin(Tenant tenant, UUID execution, boolean split) {
        return begin(kept.account(tenant), execution, split);
    }

    private LiveOutput begin(KeptAccount account, UUID execution, boolean split) {
        Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            if (split || stream == OutputStreamKind.OUTPUT) {
                Path file = file(account.environment(), execution, stream);
                spools.put(stream, new Spool(file, config.keptLimit(), new ChargedRoom(kept, account, execution)));
            }
        }
        return new LiveOutput(spools);
    }

    @Override
    public LiveOutput resume(UUID environment, UUID execution, boolean split) throws IOException {
        KeptAccount account = kept.account(environment);
        account.hasFile(execution);
        if (!split) {
            Path file = file(environment, execution, OutputStreamKind.OUTPUT);
            ChargedRoom room = new ChargedRoom(kept, account, execution);
            return new LiveOutput(Map.of(OutputStreamKind.OUTPUT, Spool.resume(file, config.keptLimit(), room)));
        }
        // How far each of several outputs had come need not fit together: all begin again with what the sandbox holds.
        drop(environment, execution);
        return begin(account, execution, true);
    }

    @Override
    public KeptOutput find(UUID environment, UUID execution, OutputStreamKind stream, long total) throws IOException {
        try {
            return StoredSpool.open(file(environment, execution, stream), total);
        } catch (NoSuchFileException gone) {
            return new Nothing(total);
        }
    }

    /** An output of which no byte could be kept. */
    private record Nothing(long total) implements KeptOutput {
        @Override
        public Extent extent() {
            return new Extent(0, total, total);
        }

        @Override
        public int read(long offset, ByteBuffer into) {
            return 0;
        }
    }

    @Override
    public long kept(UUID environment, UUID execution) throws IOException {
        long bytes = 0;
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            bytes += size(file(environment, execution, stream));
        }
        return bytes;
    }

    private static long size(Path file) throws IOException {
        try {
            return FreeDisk.taken(Files.size(file));
        } catch (NoSuchFileException none) {
            return 0;
        }
    }

    @Override
    public Map<UUID, Long> kept(UUID environment) throws IOException {
        Map<UUID, Long> bytes = new HashMap<>();
        for (Path file : list(folder(environment))) {
            Optional<UUID> execution = id(file);
            if (execution.isPresent()) {
                bytes.merge(execution.get(), size(file), Long::sum);
            }
        }
        return bytes;
    }

    @Override
    public Set<UUID> environments() throws IOException {
        Set<UUID> environments = new HashSet<>();
        list(config.directory()).forEach(folder -> id(folder).ifPresent(environments::add));
        return environments;
    }

    private static Optional<UUID> id(Path path) {
        String name = path.getFileName().toString();
        try {
            return Optional.of(UUID.fromString(name.substring(0, Math.min(ID_LENGTH, name.length()))));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(paths::add);
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        }
        return paths;
    }

    @Override
    public void drop(UUID environment, UUID execution) throws IOException {
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            Files.deleteIfExists(file(environment, execution, stream));
        }
    }

    @Override
    public void delete(UUID environment) throws IOException {
        FileTrees.delete(folder(environment));
    }
}
