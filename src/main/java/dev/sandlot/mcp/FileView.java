package dev.sandlot.mcp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A part of a file as a model is told of it: its text, or its bytes where they are none. */
public record FileView(
        String path,
        @Nullable String content,
        @Nullable String contentBase64,
        int bytes,
        @Nullable Long nextOffset) {
    /** {@code bytes}: from {@code offset} on, and one more than {@code limit} where there is more. */
    static FileView of(String path, long offset, byte[] bytes, int limit) {
        boolean more = bytes.length > limit;
        byte[] part = more ? Arrays.copyOf(bytes, limit) : bytes;
        Optional<String> text = text(part);
        return new FileView(
                path,
                text.orElse(null),
                text.isPresent() ? null : Base64.getEncoder().encodeToString(part),
                part.length,
                more ? Long.valueOf(offset + part.length) : null);
    }

    /** Empty for what is no UTF-8. */
    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    /** Who writes it as JSON keeps it in a set meanwhile: its content is not to be read once more for that. */
    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
