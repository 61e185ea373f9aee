package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
        Spool spool = new Spool(folder.resolve("o/one"), 20);
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
