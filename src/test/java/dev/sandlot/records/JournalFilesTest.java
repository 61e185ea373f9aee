package dev.sandlot.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.records.JournalFiles.Left;
import dev.sandlot.records.JournalReader.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JournalFilesTest {
    private static final int HEADER = 20;
    private static final byte[][] ENTRIES = {{1}, {2, 2}, {3, 3, 3}, {4, 4, 4, 4}};

    @TempDir
    private Path data;

    private Path folder() {
        return data.resolve("journal");
    }

    private JournalFiles files(long lengthMax) throws IOException {
        return new JournalFiles(folder(), lengthMax);
    }

    /** What a server left that ended. */
    private Left left() throws IOException {
        try (JournalFiles files = files(1000)) {
            assertThat(files.left()).hasSize(1);
            return files.left().get(0);
        }
    }

    private Left written(byte[]... entries) throws IOException {
        try (JournalFiles files = files(Long.MAX_VALUE)) {
            for (byte[] entry : entries) {
                files.append(entry);
            }
        }
        return left();
    }

    private static List<byte[]> read(Left left, List<Part> passedOver) throws IOException {
        List<byte[]> entries = new ArrayList<>();
        try (JournalReader reader = left.open()) {
            for (Optional<byte[]> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                entries.add(entry.get());
            }
            passedOver.addAll(reader.passedOver());
        }
        return entries;
    }

    private static List<byte[]> read(Left left) throws IOException {
        return read(left, new ArrayList<>());
    }

    private static void damage(Left left, long at, int... bytes) throws IOException {
        ByteBuffer wrong = ByteBuffer.allocate(bytes.length);
        IntStream.of(bytes).forEach(one -> wrong.put((byte) one));
        try (FileChannel channel = FileChannel.open(left.file(), StandardOpenOption.WRITE)) {
            channel.write(wrong.flip(), at);
        }
    }

    private long sizeOfAll() throws IOException {
        try (Stream<Path> all = Files.list(folder())) {
            return all.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void aThreadThatIsInterruptedWritesAndSoDoOthersAfterIt() throws IOException {
        try (JournalFiles files = files(Long.MAX_VALUE)) {
            Thread.currentThread().interrupt();
            try {
                files.append(ENTRIES[0]);
            } finally {
                Thread.interrupted();
            }
            files.append(ENTRIES[1]);
        }

        assertThat(read(left())).containsExactly(ENTRIES[0], ENTRIES[1]);
    }

    @Test
    void entriesComeBackInOrder() throws IOException {
        List<Part> passedOver = new ArrayList<>();

        assertThat(read(written(ENTRIES), passedOver)).containsExactly(ENTRIES);
        assertThat(passedOver).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 15, 16, 23})
    void anEntryThatWasCutOffIsPassedOverWithoutAWord(int missing) throws IOException {
        Left left = written(ENTRIES);
        try (FileChannel channel = FileChannel.open(left.file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - missing);
        }
        List<Part> passedOver = new ArrayList<>();

        assertThat(read(left, passedOver)).containsExactly(ENTRIES[0], ENTRIES[1], ENTRIES[2]);
        assertThat(passedOver).isEmpty();
    }

    /** The second entry begins at 21; {@code at} counts from there. */
    @ParameterizedTest
    @CsvSource({"8,255", "11,0", "11,1", "11,3", "11,200", "9,16", "12,9", "19,9", "20,9", "21,9"})
    void whatIsBehindADamagedEntryIsRead(int at, int wrong) throws IOException {
        Left left = written(ENTRIES);
        damage(left, HEADER + 1 + at, wrong);

        assertThatAllButTheSecondIsRead(left);
    }

    /** Its bytes are random: one that is to be wrong is another than it was. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void whatIsBehindADamagedMarkIsRead(int at) throws IOException {
        Left left = written(ENTRIES);
        int place = HEADER + 1 + at;
        damage(left, place, ~Files.readAllBytes(left.file())[place]);

        assertThatAllButTheSecondIsRead(left);
    }

    private static void assertThatAllButTheSecondIsRead(Left left) throws IOException {
        List<Part> passedOver = new ArrayList<>();

        assertThat(read(left, passedOver)).containsExactly(ENTRIES[0], ENTRIES[2], ENTRIES[3]);
        assertThat(passedOver).containsExactly(new Part(HEADER + 1, 2 * HEADER + 3));
    }

    @Test
    void damageAtTheBeginningTakesNothingElse() throws IOException {
        Left left = written(ENTRIES);
        damage(left, 0, new int[HEADER + 1 + HEADER]);

        assertThat(read(left)).containsExactly(ENTRIES[2], ENTRIES[3]);
    }

    @Test
    void aDamagedLastEntryIsTold() throws IOException {
        Left left = written(ENTRIES);
        damage(left, left.file().toFile().length() - 1, 9);
        List<Part> passedOver = new ArrayList<>();

        assertThat(read(left, passedOver)).hasSize(3);
        assertThat(passedOver).hasSize(1);
    }

    /** A command may print what it likes; it does not know the mark. */
    @Test
    void whatLooksLikeAnEntryWithinADamagedOneIsNone() throws IOException {
        JournalFrame guessed = new JournalFrame(OptionalLong.of(4711));
        ByteBuffer forged = guessed.around(new byte[] {66});
        byte[] printed = new byte[100];
        forged.get(printed, 10, forged.limit());
        Left left = written(ENTRIES[0], printed, ENTRIES[1]);
        damage(left, HEADER + 1 + HEADER, 9);

        assertThat(read(left)).containsExactly(ENTRIES[0], ENTRIES[1]);
    }

    @Test
    void marksAreFoundAcrossLongDamage() throws IOException {
        Left left = written(ENTRIES[0], new byte[200_000], ENTRIES[1]);
        damage(left, HEADER + 1, new int[HEADER + 150_000]);

        assertThat(read(left)).containsExactly(ENTRIES[0], ENTRIES[1]);
    }

    @Test
    void aFileOfAnyLengthIsReadEntryByEntry() throws IOException {
        Left left = written(ENTRIES);
        damage(left, 5L << 30, 1);

        try (JournalReader reader = left.open()) {
            assertThat(reader.next())
                    .hasValueSatisfying(entry -> assertThat(entry).isEqualTo(ENTRIES[0]));
        }
    }

    @Test
    void aLongFileIsFollowedByTheNext() throws IOException {
        try (JournalFiles files = files(2 * HEADER)) {
            for (int i = 0; i < 7; i++) {
                files.append(new byte[HEADER]);
            }
        }

        try (JournalFiles next = files(2 * HEADER)) {
            assertThat(next.left()).hasSize(7);
            assertThat(next.left().stream().map(Left::number)).isSorted().doesNotHaveDuplicates();
            next.append(new byte[1]);
        }
        try (JournalFiles last = files(2 * HEADER)) {
            assertThat(last.left()).hasSize(8);
        }
    }

    @Test
    void itDoesNotGrowWhileSomethingIsNeededAlways() throws IOException {
        try (JournalFiles files = files(1000)) {
            JournalSegment before = files.append(new byte[100]);
            for (int i = 0; i < 1000; i++) {
                JournalSegment now = files.append(new byte[100]);
                files.release(before);
                before = now;
                assertThat(sizeOfAll()).isLessThan(2500);
            }
        }
    }

    @Test
    void whenNothingIsNeededTheFileBeginsAnew() throws IOException {
        try (JournalFiles files = files(1000)) {
            files.release(files.append(ENTRIES[0]));

            assertThat(sizeOfAll()).isZero();
            files.append(ENTRIES[1]);
        }
        assertThat(read(left())).containsExactly(ENTRIES[1]);
    }

    @Test
    void aFileOfANewerServerIsRefusedInASentence() throws IOException {
        Files.createDirectories(folder());
        Files.createFile(folder().resolve("0000000007-v4-00000000000000ff.journal"));

        assertThatThrownBy(left()::open)
                .isInstanceOf(IOException.class)
                .hasMessage("A newer Sandlot has left the journal 0000000007-v4-00000000000000ff.journal,"
                        + " which this one can't read: start the newer one, or move the file away");
    }

    @Test
    void whatIsKeptAsideIsNotReadAgainAndNotOverwritten() throws IOException {
        Left left = written(ENTRIES);
        Files.createFile(folder().resolve(left.name() + ".damaged"));

        assertThat(left.keepAside()).isEqualTo(left.name() + ".damaged-2");
        try (JournalFiles files = files(1000)) {
            assertThat(files.left()).isEmpty();
        }
    }

    private Left firstVersion() throws IOException {
        try (InputStream kept =
                Objects.requireNonNull(JournalFilesTest.class.getResourceAsStream("version-1.journal"))) {
            Files.copy(kept, data.resolve("executions.journal"));
        }
        return left();
    }

    @Test
    void aFileOfTheFirstVersionIsRead() throws IOException {
        Left left = firstVersion();
        List<Part> passedOver = new ArrayList<>();

        assertThat(left.version()).isEqualTo(1);
        assertThat(read(left, passedOver)).hasSize(4);
        assertThat(passedOver).isEmpty();
    }

    @Test
    void aDamagedEntryOfTheFirstVersionIsPassedOver() throws IOException {
        Left left = firstVersion();
        damage(left, 40, 9);
        List<Part> passedOver = new ArrayList<>();

        assertThat(read(left, passedOver)).hasSize(3);
        assertThat(passedOver).hasSize(1);
    }
}
