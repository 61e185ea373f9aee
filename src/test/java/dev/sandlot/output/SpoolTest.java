package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final int LIMIT = 40_000;

    @TempDir
    private Path folder;

    private Spool spool() {
        return new Spool(folder.resolve("outputs/one"), LIMIT);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void append(Spool spool, byte[] bytes) {
        for (int at = 0; at < bytes.length; at += 1000) {
            spool.append(ByteBuffer.wrap(bytes, at, Math.min(1000, bytes.length - at)));
        }
    }

    private static byte[] part(byte[] all, int from, int to) {
        return java.util.Arrays.copyOfRange(all, from, to);
    }

    @Test
    void aLittleStaysInMemory() throws IOException {
        Spool spool = spool();
        append(spool, bytes(5000));
        spool.finish();

        assertThat(spool.inlineBytes()).contains(bytes(5000));
        assertThat(spool.bytes(0, 5000)).isEqualTo(bytes(5000));
        assertThat(folder.resolve("outputs")).doesNotExist();
    }

    @Test
    void moreGoesToAFileWhole() throws IOException {
        Spool spool = spool();
        append(spool, bytes(LIMIT));
        spool.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), LIMIT);

        assertThat(spool.inlineBytes()).isEmpty();
        assertThat(stored.extent()).isEqualTo(Extent.whole(LIMIT));
        assertThat(stored.bytes(0, LIMIT)).isEqualTo(bytes(LIMIT));
        assertThat(spool.bytes(0, LIMIT)).as("after its end").isEqualTo(bytes(LIMIT));
    }

    @Test
    void ofTooMuchTheHeadAndTheTailAreKept() throws IOException {
        byte[] all = bytes(3 * LIMIT + 17);
        Spool spool = spool();
        append(spool, all);

        assertThat(spool.extent()).isEqualTo(new Extent(LIMIT / 2, all.length - LIMIT / 2, all.length));
        spool.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), all.length);
        assertThat(stored.bytes(0, LIMIT / 2)).isEqualTo(part(all, 0, LIMIT / 2));
        assertThat(stored.bytes(all.length - LIMIT / 2, all.length))
                .isEqualTo(part(all, all.length - LIMIT / 2, all.length));
    }

    @Test
    void aGapIsToldAndWhatComesBehindItIsKept() throws IOException {
        Spool spool = spool();
        spool.append(0, ByteBuffer.wrap(bytes(100)));
        spool.append(5000, ByteBuffer.wrap(bytes(200)));

        assertThat(spool.extent()).isEqualTo(new Extent(100, 5000, 5200));
        assertThat(spool.bytes(5000, 5200)).isEqualTo(bytes(200));
    }

    @Test
    void aSpoolThatCannotBeWrittenTakesEverythingAndSaysWhatIsMissing() throws IOException {
        Files.writeString(folder.resolve("outputs"), "a file where a folder should be");
        Spool spool = spool();
        append(spool, bytes(20_000));
        spool.finish();

        assertThat(spool.extent().total()).isEqualTo(20_000);
        assertThat(spool.extent().headEnd()).isZero();
        assertThat(spool.inlineBytes()).isEmpty();
    }

    @Test
    void anotherServerGoesOnWhereTheHeadEnds() throws IOException {
        append(spool(), bytes(12_000));
        Spool resumed = Spool.resume(folder.resolve("outputs/one"), LIMIT);

        assertThat(resumed.total()).isEqualTo(12_000);
        resumed.append(12_000, ByteBuffer.wrap(bytes(50)));
        resumed.finish();
        KeptOutput stored = StoredSpool.open(folder.resolve("outputs/one"), 12_050);
        assertThat(stored.bytes(0, 12_000)).isEqualTo(bytes(12_000));
        assertThat(stored.bytes(12_000, 12_050)).isEqualTo(bytes(50));
    }

    @Test
    void aTextThatFitsIsWhole() throws IOException {
        assertThat(OutputText.of(KeptOutput.of("grün\n".getBytes(StandardCharsets.UTF_8)), 1024))
                .isEqualTo("grün\n");
    }

    @Test
    void aLongTextHasAMarkerThatAddsUp() throws IOException {
        String text = "ä".repeat(5000);

        String shown = OutputText.of(KeptOutput.of(text.getBytes(StandardCharsets.UTF_8)), 1025);

        assertThat(shown).matches("ä+\n\\[sandlot: [0-9]+ bytes left out]\nä+");
        long leftOut = Long.parseLong(shown.replaceAll("[^0-9]", ""));
        assertThat(shown.chars().filter(c -> c == 'ä').count() * 2 + leftOut).isEqualTo(10_000);
    }

    @Test
    void bytesThatAreNoTextBecomeReplacementCharacters() throws IOException {
        assertThat(OutputText.of(KeptOutput.of(new byte[] {'a', (byte) 0xff, 'b'}), 1024))
                .isEqualTo("a\ufffdb");
    }
}
