package dev.sandlot.execution;

import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Outputs in files of the data directory: a folder for each environment. */
@Singleton
public class FileOutputStore implements OutputStore {
    private final ExecutionConfig config;

    @Inject
    public FileOutputStore(ExecutionConfig config) {
        this.config = config;
    }

    private Path file(UUID environment, UUID execution, OutputStreamKind stream) {
        return config.outputDirectory().resolve(environment.toString()).resolve(execution + "." + stream.word());
    }

    @Override
    public Spool begin(UUID environment, UUID execution, OutputStreamKind stream) {
        return new Spool(file(environment, execution, stream), config.spoolLimit());
    }

    @Override
    public Spool restart(UUID environment, UUID execution, OutputStreamKind stream) throws IOException {
        Files.deleteIfExists(file(environment, execution, stream));
        return begin(environment, execution, stream);
    }

    @Override
    public Spool resume(UUID environment, UUID execution, OutputStreamKind stream) throws IOException {
        return Spool.resume(file(environment, execution, stream), config.spoolLimit());
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
        Path folder = config.outputDirectory().resolve(environment.toString());
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
