package dev.sandlot.sandbox.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of a frame that the keeper sent. It is not trusted: lengths are checked, text is decoded leniently. */
final class Fields {
    private final Map<Integer, List<byte[]>> byTag = new HashMap<>();

    /** Takes what remains in the buffer. */
    Fields(ByteBuffer payload) throws IOException {
        while (payload.hasRemaining()) {
            if (payload.remaining() < 5) {
                throw new IOException("a field is cut off");
            }
            int tag = payload.get();
            int length = payload.getInt();
            if (length < 0 || length > payload.remaining()) {
                throw new IOException("a field is longer than its frame");
            }
            byte[] value = new byte[length];
            payload.get(value);
            byTag.computeIfAbsent(tag, missing -> new ArrayList<>(1)).add(value);
        }
    }

    boolean has(int tag) {
        return byTag.containsKey(tag);
    }

    /** 0 when it is not there. */
    long number(int tag) {
        long number = 0;
        for (byte digit : first(tag)) {
            number = number << 8 | (digit & 0xff);
        }
        return number;
    }

    String text(int tag) {
        return new String(first(tag), StandardCharsets.UTF_8);
    }

    List<String> texts(int tag) {
        return byTag.getOrDefault(tag, List.of()).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    private byte[] first(int tag) {
        List<byte[]> values = byTag.getOrDefault(tag, List.of());
        return values.isEmpty() ? new byte[0] : values.get(0);
    }
}
