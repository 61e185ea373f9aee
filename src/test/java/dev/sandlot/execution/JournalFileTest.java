package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.execution.Execution.End;
import dev.sandlot.execution.Execution.Usage;
import dev.sandlot.execution.ExecutionRepository.Write;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalFileTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("journal");
    }

    private void write(byte[]... entries) throws IOException {
        try (JournalFile journal = new JournalFile(file())) {
            for (byte[] entry : entries) {
                journal.append(entry);
            }
        }
    }

    @Test
    void entriesComeBackInOrder() throws IOException {
        write(new byte[] {1}, new byte[] {2, 3});

        try (JournalFile journal = new JournalFile(file())) {
            assertThat(journal.read()).containsExactly(new byte[] {1}, new byte[] {2, 3});
            journal.clear();
            assertThat(journal.read()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 13})
    void anEntryThatWasCutOffIsPassedOver(int missing) throws IOException {
        write(new byte[] {1}, new byte[] {2, 3});
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - missing);
        }

        try (JournalFile journal = new JournalFile(file())) {
            assertThat(journal.read()).containsExactly(new byte[] {1});
        }
    }

    @Test
    void aDamagedEntryIsPassedOver() throws IOException {
        write(new byte[] {1}, new byte[] {2, 3});
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {9}), channel.size() - 1);
        }

        try (JournalFile journal = new JournalFile(file())) {
            assertThat(journal.read()).hasSize(1);
        }
    }

    private static Execution ended(End end) {
        return new Execution(
                UUID.randomUUID(),
                UUID.randomUUID(),
                "echo ü",
                "me",
                true,
                30,
                Instant.parse("2026-01-01T00:00:00.123456Z"),
                null,
                end);
    }

    @Test
    void anExecutionComesBackAsItWas() throws IOException {
        Instant at = Instant.parse("2026-01-01T00:00:01Z");
        Execution full = ended(new End(ExecutionState.EXITED, at, 137, 9, true, 7, true, new Usage(1, 2, 3), null));
        Execution sparse = ended(new End(ExecutionState.LOST, at, null, null, false, 0, false, null, "why"));

        for (Execution execution : new Execution[] {full, sparse}) {
            Write read = JournalEntry.decode(JournalEntry.encode(
                    new Write(execution, Map.of(OutputStreamKind.STDERR, new byte[] {1, 2}), true)));
            assertThat(read.execution()).isEqualTo(execution);
            assertThat(read.inline()).containsOnlyKeys(OutputStreamKind.STDERR);
            assertThat(read.inline().get(OutputStreamKind.STDERR)).containsExactly(1, 2);
        }
    }

    @Test
    void bytesThatAreNoEntryAreRefused() {
        byte[] entry = JournalEntry.encode(new Write(
                ended(new End(ExecutionState.LOST, Instant.EPOCH, null, null, false, 0, false, null, "why")),
                Map.of(),
                true));

        assertThatThrownBy(() -> JournalEntry.decode(Arrays.copyOf(entry, 50))).isInstanceOf(IOException.class);
    }
}
