package dev.sandlot.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.output.OutputReader.Piece;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputReaderTest {
    private static final long LIMIT = 64 * 1024;

    @TempDir
    private Path folder;

    private OutputReader reader(KeptOutput output, long from) {
        return new OutputReader(OutputStreamKind.OUTPUT, output, from);
    }

    private static String text(Optional<Piece> piece) {
        return piece.map(Piece::text).orElse("nothing");
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }

    @Test
    void goesOnWhereItStopped() throws IOException {
        Spool spool = new Spool(folder.resolve("x"), LIMIT, SpoolRoom.UNBOUNDED);
        OutputReader reader = reader(spool, 0);

        spool.append(ByteBuffer.wrap("one".getBytes(StandardCharsets.UTF_8)));
        assertThat(text(reader.next(false))).isEqualTo("one");
        assertThat(reader.next(false)).isEmpty();
        spool.append(ByteBuffer.wrap("two".getBytes(StandardCharsets.UTF_8)));
        assertThat(reader.next(false)).contains(new Piece(OutputStreamKind.OUTPUT, 3, "two"));
        assertThat(reader.position()).isEqualTo(6);
    }

    @Test
    void aCharacterThatIsTornWaitsForItsRest() throws IOException {
        Spool spool = new Spool(folder.resolve("x"), LIMIT, SpoolRoom.UNBOUNDED);
        OutputReader reader = reader(spool, 0);

        spool.append(bytes('a', 0xc3));
        assertThat(text(reader.next(false))).isEqualTo("a");
        assertThat(reader.next(false)).isEmpty();
        spool.append(bytes(0xa9, 'b'));
        assertThat(reader.next(false)).contains(new Piece(OutputStreamKind.OUTPUT, 1, "éb"));
    }

    @Test
    void aCharacterThatNeverEndsIsShownAtTheEnd() throws IOException {
        Spool spool = new Spool(folder.resolve("x"), LIMIT, SpoolRoom.UNBOUNDED);
        OutputReader reader = reader(spool, 0);
        spool.append(bytes(0xe2, 0x82));

        assertThat(reader.next(false)).isEmpty();
        assertThat(text(reader.next(true))).isEqualTo("\ufffd");
        assertThat(reader.position()).isEqualTo(2);
    }

    @Test
    void whatWasNotKeptIsJumpedOver() throws IOException {
        Spool spool = new Spool(folder.resolve("x"), 1024, SpoolRoom.UNBOUNDED);
        spool.append(ByteBuffer.wrap("h".repeat(512).getBytes(StandardCharsets.UTF_8)));
        spool.append(ByteBuffer.wrap("m".repeat(5000).getBytes(StandardCharsets.UTF_8)));
        spool.append(ByteBuffer.wrap("t".repeat(512).getBytes(StandardCharsets.UTF_8)));
        spool.finish();
        OutputReader reader = reader(spool, 0);

        assertThat(text(reader.next(true))).isEqualTo("h".repeat(512));
        assertThat(reader.next(true)).contains(new Piece(OutputStreamKind.OUTPUT, 5512, "t".repeat(512)));
        assertThat(reader.next(true)).isEmpty();
    }

    @Test
    void anOffsetBehindTheEndHasNothing() throws IOException {
        assertThat(reader(InlineOutput.of(new byte[3]), 100).next(true)).isEmpty();
    }
}
