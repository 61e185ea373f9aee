package dev.sandlot.sandbox.keeper;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a frame that the keeper sent. It is not trusted: lengths and numbers are checked; text is decoded leniently,
 * and as it may go into a log, nothing in it is more than a character of a line.
 */
final class Fields {
    private static final int TEXT_MAX = 256;
    private static final int REPLACEMENT = 0xfffd;

    private final Map<Integer, List<byte[]>> byTag = new HashMap<>();

    /** Takes what remains in the buffer. */
    Fields(ByteBuffer payload) throws MalformedAnswerException {
        while (payload.hasRemaining()) {
            if (payload.remaining() < 5) {
                throw new MalformedAnswerException("a field is cut off");
            }
            int tag = payload.get();
            int length = payload.getInt();
            if (length < 0 || length > payload.remaining()) {
                throw new MalformedAnswerException("a field is longer than its frame");
            }
            byte[] value = new byte[length];
            payload.get(value);
            byTag.computeIfAbsent(tag, missing -> new ArrayList<>(1)).add(value);
        }
    }

    boolean has(int tag) {
        return byTag.containsKey(tag);
    }

    /** From 0 to {@code most}; 0 when it is not there. */
    long number(int tag, long most) throws MalformedAnswerException {
        byte[] digits = first(tag);
        long number = 0;
        for (byte digit : digits) {
            number = number << 8 | (digit & 0xff);
        }
        if (digits.length > Long.BYTES || number < 0 || number > most) {
            throw new MalformedAnswerException("a number is out of its range");
        }
        return number;
    }

    /** For people: a part of it, without what would end a line or change how it looks. */
    String text(int tag) {
        StringBuilder harmless = new StringBuilder();
        new String(first(tag), StandardCharsets.UTF_8)
                .codePoints()
                .limit(TEXT_MAX)
                .map(character -> isHarmless(character) ? character : REPLACEMENT)
                .forEach(harmless::appendCodePoint);
        return harmless.toString();
    }

    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** As it came; empty when it is not there. */
    byte[] bytes(int tag) {
        return first(tag).clone();
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
