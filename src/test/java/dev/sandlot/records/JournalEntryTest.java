package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.audit.Origin;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.Execution.Usage;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a journal stays readable: files that each version has left are kept beside this class. */
class JournalEntryTest {
    static final UUID ENVIRONMENT = UUID.fromString("0190a000-0000-7000-8000-0000000000e1");
    private static final Instant QUEUED = Instant.parse("2026-03-01T10:00:00.123456Z");

    @TempDir
    private Path folder;

    private static Execution execution(
            int id, String command, String subject, boolean split, int timeout, Instant queued, @Nullable End end) {
        boolean started = end == null || end.state() != ExecutionState.LOST;
        return new Execution(
                UUID.fromString(String.format("0190a000-0000-7000-8000-%012d", id)),
                ENVIRONMENT,
                command,
                subject,
                split,
                timeout,
                queued,
                started ? queued : null,
                end,
                Origin.UNKNOWN);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is in the file of the first version. */
    static List<JournalEntry> ends() {
        Usage usage = new Usage(10, 4, 1 << 20);
        Execution exited = new Execution(
                UUID.fromString("0190a000-0000-7000-8000-000000000001"),
                ENVIRONMENT,
                "echo grüße",
                "alice@example.org",
                false,
                30,
                QUEUED,
                QUEUED.plusMillis(2),
                new End(ExecutionState.EXITED, QUEUED.plusMillis(12), 3, null, false, 7, false, usage, null),
                Origin.UNKNOWN);
        Execution timedOut = execution(
                2,
                "sleep 60",
                "bob",
                false,
                1,
                QUEUED.plusSeconds(1),
                new End(
                        ExecutionState.TIMED_OUT,
                        QUEUED.plusSeconds(2),
                        137,
                        9,
                        false,
                        0,
                        false,
                        new Usage(1000, 1, 4096),
                        null));
        Execution split = execution(
                3,
                "printf '\\377'; echo e >&2",
                "bob",
                true,
                600,
                QUEUED.plusSeconds(3),
                new End(
                        ExecutionState.EXITED,
                        QUEUED.plusSeconds(4),
                        137,
                        9,
                        true,
                        3,
                        true,
                        new Usage(999, 998, 997),
                        null));
        String reason = "The server stopped before the command started; it is safe to send it again";
        Execution lost = execution(
                4,
                "true",
                "carol",
                false,
                30,
                QUEUED.plusSeconds(5),
                new End(ExecutionState.LOST, QUEUED.plusSeconds(6), null, null, false, 0, false, null, reason));
        return List.of(
                new JournalEntry(exited, Map.of(OutputStreamKind.OUTPUT, bytes("grüße\n"))),
                new JournalEntry(timedOut, Map.of(OutputStreamKind.OUTPUT, new byte[0])),
                new JournalEntry(
                        split,
                        Map.of(
                                OutputStreamKind.OUTPUT,
                                new byte[] {(byte) 0xff, 'e', '\n'},
                                OutputStreamKind.STDOUT,
                                new byte[] {(byte) 0xff},
                                OutputStreamKind.STDERR,
                                bytes("e\n"))),
                new JournalEntry(lost, Map.of()));
    }

    /** What is in the file of the second. */
    private static List<JournalEntry> beginningsAndEnds() {
        Execution running = execution(5, "sleep 500", "dave", false, 600, QUEUED.plusSeconds(7), null);
        Execution queued = new Execution(
                UUID.fromString("0190a000-0000-7000-8000-000000000006"),
                ENVIRONMENT,
                "true",
                "dave",
                true,
                30,
                QUEUED.plusSeconds(8),
                null,
                null,
                Origin.UNKNOWN);
        List<JournalEntry> all = new ArrayList<>(ends());
        all.add(new JournalEntry(running, Map.of()));
        all.add(new JournalEntry(queued, Map.of()));
        return all;
    }

    /** What is in the file of the third. */
    static List<JournalEntry> withOrigins() {
        Origin origin =
                new Origin("jwt:https://issuer.example", "192.0.2.1", "request-1", "0af7651916cd43dd8448eb211c80319c");
        List<JournalEntry> all = new ArrayList<>(beginningsAndEnds());
        all.add(new JournalEntry(
                execution(7, "true", "erin", false, 30, QUEUED.plusSeconds(9), null)
                        .from(origin),
                Map.of()));
        return all;
    }

    /** Lists, for arrays are not equal to their copies. */
    private static List<Object> comparable(JournalEntry entry) {
        List<Object> parts = new ArrayList<>(List.of(entry.execution()));
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            byte[] inline = entry.inline().get(stream);
            parts.add(inline == null ? "none" : Arrays.toString(inline));
        }
        return parts;
    }

    private List<byte[]> entries(String kept, String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (InputStream in = Objects.requireNonNull(JournalEntryTest.class.getResourceAsStream(kept))) {
            Files.copy(in, file);
        }
        List<byte[]> entries = new ArrayList<>();
        try (JournalFiles files = new JournalFiles(folder.resolve("journal"), 1000);
                JournalReader reader = files.left().get(0).open()) {
            for (Optional<byte[]> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                entries.add(entry.get());
            }
        }
        return entries;
    }

    private static List<List<Object>> decoded(int version, List<byte[]> entries) throws IOException {
        List<List<Object>> decoded = new ArrayList<>();
        for (byte[] entry : entries) {
            decoded.add(comparable(JournalEntry.decode(version, entry)));
        }
        return decoded;
    }

    @Test
    void theFirstVersionIsRead() throws IOException {
        List<byte[]> entries = entries("version-1.journal", "executions.journal");

        assertThat(decoded(1, entries))
                .containsExactlyElementsOf(
                        ends().stream().map(JournalEntryTest::comparable).toList());
    }

    @Test
    void theSecondVersionIsRead() throws IOException {
        String name = "0000000001-v2-f5d10c1a9e77b2c4.journal";

        assertThat(decoded(2, entries(name, "journal/" + name)))
                .containsExactlyElementsOf(beginningsAndEnds().stream()
                        .map(JournalEntryTest::comparable)
                        .toList());
    }

    @Test
    void theThirdVersionIsRead() throws IOException {
        String name = "0000000001-v3-f5d10c1a9e77b2c4.journal";

        assertThat(decoded(3, entries(name, "journal/" + name)))
                .containsExactlyElementsOf(
                        withOrigins().stream().map(JournalEntryTest::comparable).toList());
    }

    /** Whoever sees this red has changed the format: it needs a new version, a new file, and the old ones to be read. */
    @Test
    void whatIsWrittenIsOfTheVersionThatItSays() throws IOException {
        String name = "0000000001-v3-f5d10c1a9e77b2c4.journal";

        assertThat(JournalFiles.VERSION).isEqualTo(3);
        assertThat(entries(name, "journal/" + name))
                .containsExactlyElementsOf(
                        withOrigins().stream().map(JournalEntry::encode).toList());
    }

    @Test
    void bytesThatAreNoEntryAreRefused() {
        byte[] entry = ends().get(3).encode();
        byte[] unknownState = entry.clone();
        unknownState[indexOf(entry, "lost")] = 'z';
        byte[] longer = Arrays.copyOf(entry, entry.length + 1);

        for (byte[] wrong : new byte[][] {{}, Arrays.copyOf(entry, 50), unknownState, longer}) {
            assertThatThrownBy(() -> JournalEntry.decode(3, wrong)).isInstanceOf(IOException.class);
        }
    }

    private static int indexOf(byte[] entry, String word) {
        return new String(entry, StandardCharsets.ISO_8859_1).indexOf(word);
    }
}
