package dev.sandlot.output;

import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Outputs in files of the data directory: a folder for each environment. */
@Singleton
public class FileOutputStore implements OutputStore {
    private final OutputConfig config;

    @Inject
    public FileOutputStore(OutputConfig config) {
        this.config = config;
    }

    private Path file(UUID environment, UUID execution, OutputStreamKind stream) {
        return config.directory().resolve(environment.toString()).resolve(execution + "." + stream.word());
    }

    @Override
    public LiveOutput begin(UUID environment, UUID execution, boolean split) {
        Map<OutputStreamKind, Spool> spools = new EnumMap<>(OutputStreamKind.class);
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            if (split || stream == OutputStreamKind.OUTPUT) {
                spools.put(stream, new Spool(file(environment, execution, stream), config.keptLimit()));
            }
        }
        return new LiveOutput(spools);
    }

    @Override
    public LiveOutput resume(UUID environment, UUID execution, boolean split) throws IOException {
        if (!split) {
            Path file = file(environment, execution, OutputStreamKind.OUTPUT);
            return new LiveOutput(Map.of(OutputStreamKind.OUTPUT, Spool.resume(file, config.keptLimit())));
        }
        // How far each of several outputs had come need not fit together: all begin again with what the sandbox holds.
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            Files.deleteIfExists(file(environment, execution, stream));
        }
        return begin(environment, execution, true);
    }

    @Override
    public KeptOutput find(UUID environment, UUID execution, OutputStreamKind stream, long total) throws IOException {
        Path file = file(environment, execution, stream);
        return Files.exists(file) ? StoredSpool.open(file, total) : new Nothing(total);
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
    public void delete(UUID environment) throws IOException {
        Path folder = config.directory().resolve(environment.toString());
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> all = Files.walk(folder)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
