package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputContentTest {
    @TempDir
    private Path folder;

    private static String part(OutputContent content, long from, long to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.write(from, to, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyRangeOfAnOutputWithAGapIsAPartOfTheWhole() throws IOException {
        Spool spool = new Spool(folder.resolve("o/one"), 20, SpoolRoom.UNBOUNDED);
        spool.append(ByteBuffer.wrap(
                "0123456789abcdefghijklmnopqrstuvwxyz".repeat(400).getBytes(StandardCharsets.UTF_8)));
        OutputContent content = new OutputContent(spool);
        String whole = part(content, 0, content.length());

        assertThat(whole)
                .startsWith("0123456789\n[sandlot: 14380 bytes left out]\n")
                .endsWith("qrstuvwxyz");
        for (int from = 0; from < whole.length(); from++) {
            for (int to = from + 1; to <= whole.length(); to += 7) {
                assertThat(part(content, from, to)).isEqualTo(whole.substring(from, to));
            }
        }
        spool.finish();
    }

    private KeptOutput stored(byte[] all) throws IOException {
        Spool spool = new Spool(folder.resolve("o/one"), 1 << 20, SpoolRoom.UNBOUNDED);
        spool.append(ByteBuffer.wrap(all));
        spool.finish();
        return StoredSpool.open(folder.resolve("o/one"), all.length);
    }

    @Test
    void ofAnOutputThatHasGoneTheMarkerIsAllThereIs() throws IOException {
        OutputContent content = new OutputContent(stored(new byte[20_000]));
        Files.delete(folder.resolve("o/one"));

        assertThat(part(content, 0, content.length())).isEqualTo("[sandlot: 20000 bytes left out]\n");
        assertThat(part(content, 0, 100)).as("a part of it").isEmpty();
    }

    @Test
    void whatGoesWhileItIsReadIsReadToItsEnd() throws IOException {
        byte[] all = "0123456789".repeat(50_000).getBytes(StandardCharsets.UTF_8);
        OutputContent content = new OutputContent(stored(all));
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                super.write(bytes, from, length);
                try {
                    Files.deleteIfExists(folder.resolve("o/one"));
                } catch (IOException unexpected) {
                    throw new UncheckedIOException(unexpected);
                }
            }
        };

        content.write(0, content.length(), out);

        assertThat(out.toByteArray()).isEqualTo(all);
    }

    @Test
    void whatTheTailOfARunningOutputHasLostMeanwhileIsToldWithAMarker() throws IOException {
        Spool spool = new Spool(folder.resolve("o/one"), 20_000, SpoolRoom.UNBOUNDED);
        spool.append(ByteBuffer.wrap("h".repeat(10_000).getBytes(StandardCharsets.UTF_8)));
        spool.append(ByteBuffer.wrap("t".repeat(10_000).getBytes(StandardCharsets.UTF_8)));
        OutputContent content = new OutputContent(spool);
        spool.append(ByteBuffer.wrap("n".repeat(100).getBytes(StandardCharsets.UTF_8)));

        assertThat(part(content, 0, content.length()))
                .isEqualTo("h".repeat(10_000) + "\n[sandlot: 10000 bytes left out]\n");
        spool.finish();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0,1",
        "bytes=2-,2,10",
        "bytes=-3,7,10",
        "bytes=5-100,5,10",
        "bytes=-100,0,10",
        "bytes= 1-2,1,3"
    })
    void aRangeIsCutToTheFile(String header, long from, long to) {
        Faults faults = new Faults();

        assertThat(ByteRange.parse(header, 10, faults)).contains(new ByteRange(from, to));
        faults.throwIfAny();
    }

    @ParameterizedTest
    @CsvSource({"bytes=-", "lines=1-2", "'bytes=1-2,4-5'", "nonsense"})
    void whatIsNotUnderstoodMeansTheWhole(String header) {
        assertThat(ByteRange.parse(header, 10, new Faults())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-", "bytes=5-4", "bytes=-0"})
    void aRangeOutsideIsAFault(String header) {
        Faults faults = new Faults();
        ByteRange.parse(header, 10, faults);

        assertThat(org.assertj.core.api.Assertions.catchThrowable(faults::throwIfAny))
                .isNotNull();
    }
}
