package dev.sandlot.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.filetransfer.FilesInMemory.Part;
import dev.sandlot.sandbox.SandboxPath;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileViewTest {
    private static FileView view(long offset, boolean more, int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return FileView.of(SandboxPath.of("f"), offset, new Part(ByteBuffer.wrap(all), more));
    }

    @Test
    void aCharacterThatIsCutBelongsToWhatFollows() {
        FileView view = view(10, true, 'a', 0xf0, 0x9f, 0x98);

        assertThat(view.content()).isEqualTo("a");
        assertThat(view.bytes()).isEqualTo(1);
        assertThat(view.nextOffset()).isEqualTo(11);
    }

    @Test
    void whatIsNoTextComesAsItsBytes() {
        assertThat(view(0, true, 'a', 0xff, 'b').contentBase64()).isEqualTo("Yf9i");
        assertThat(view(0, true, 0xc3, 'a').nextOffset()).isEqualTo(2);
        assertThat(view(0, false, 'a', 0xf0, 0x9f).contentBase64()).isEqualTo("YfCf");
    }

    @Test
    void aPartThatIsLessThanACharacterIsNotWaitedForForEver() {
        FileView view = view(4, true, 0xe2, 0x82);

        assertThat(view.contentBase64()).isEqualTo("4oI=");
        assertThat(view.nextOffset()).isEqualTo(6);
    }

    @Test
    void theEndIsText() {
        FileView view = viewOf(0, false, "grüße".getBytes(StandardCharsets.UTF_8));

        assertThat(view.content()).isEqualTo("grüße");
        assertThat(view.nextOffset()).isNull();
        assertThat(view(5, false).content()).isEmpty();
    }

    private static FileView viewOf(long offset, boolean more, byte[] bytes) {
        return FileView.of(SandboxPath.of("f"), offset, new Part(ByteBuffer.wrap(bytes), more));
    }
}
