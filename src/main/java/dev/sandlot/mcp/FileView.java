package dev.sandlot.mcp;

import dev.sandlot.filetransfer.FilesInMemory.Part;
import dev.sandlot.sandbox.SandboxPath;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A part of a file as a model is told of it: its text, or its bytes where they are none. */
public record FileView(
        String path,
        @Nullable String content,
        @Nullable String contentBase64,
        int bytes,
        @Nullable Long nextOffset) {
    /** {@code part}: what the file has from {@code offset} on. A character that it cuts belongs to what follows. */
    static FileView of(SandboxPath path, long offset, Part part) {
        ByteBuffer left = part.bytes().duplicate();
        CharBuffer text = CharBuffer.allocate(left.remaining());
        boolean isText = !StandardCharsets.UTF_8
                .newDecoder()
                .decode(left, text, !part.more())
                .isError();
        int length = left.position() - part.bytes().position();
        return isText && (length > 0 || !part.more())
                ? new FileView(path.text(), text.flip().toString(), null, length, next(offset + length, part))
                : binary(path, offset, part);
    }

    private static FileView binary(SandboxPath path, long offset, Part part) {
        byte[] bytes = new byte[part.bytes().remaining()];
        part.bytes().duplicate().get(bytes);
        String encoded = Base64.getEncoder().encodeToString(bytes);
        return new FileView(path.text(), null, encoded, bytes.length, next(offset + bytes.length, part));
    }

    private static @Nullable Long next(long offset, Part part) {
        return part.more() ? Long.valueOf(offset) : null;
    }

    /** Who writes it as JSON keeps it in a set meanwhile: its content is not to be read once more for that. */
    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
