package dev.sandlot.http;

import dev.sandlot.errors.Faults;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object or of a part of it, asked for one by one with their type and their bounds. What is wrong is
 * collected, so that all of it is told at once; what stands in for it then is good for nothing but reading on. What has
 * no value (null) counts as absent.
 */
public final class Members {
    private static final int NO_BOUND = Integer.MAX_VALUE;

    private final Map<String, ?> members;
    private final Texts texts;
    private final Faults faults;
    private final List<Object> place;

    private Members(Map<String, ?> members, Texts texts, Faults faults, List<Object> place) {
        this.members = members;
        this.texts = texts;
        this.faults = faults;
        this.place = place;
    }

    /** What passes for a text. */
    public enum Texts {
        /** A string, and nothing else: who writes JSON says what they mean. */
        QUOTED,
        /** A number or a truth value too: who writes YAML leaves quotes out, and means the text {@code 1.0}. */
        UNQUOTED
    }

    /** Of a body in JSON. {@code place} is where they are, as faults tell it. */
    static Members of(JsonObject object, Faults faults, Object... place) {
        return new Members(object, Texts.QUOTED, faults, List.of(place));
    }

    /** Of plain values: strings, booleans, numbers, lists and maps. */
    public static Members of(Map<?, ?> members, Texts texts, Faults faults, Object... place) {
        return new Members(named(members), texts, faults, List.of(place));
    }

    /** YAML has names that are no texts. */
    private static Map<String, Object> named(Map<?, ?> members) {
        Map<String, Object> named = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value != null) {
                named.put(String.valueOf(name), value);
            }
        });
        return named;
    }

    public boolean has(String name) {
        return value(name) != null;
    }

    /** As a string, a boolean, a number, a list or a map; null when absent. */
    public @Nullable Object value(String name) {
        return plain(members.get(name));
    }

    /** Lists and maps of JSON are so already; what is in them is not. */
    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof JsonString text) {
            return text.getString();
        }
        if (value instanceof JsonNumber number) {
            return number.numberValue();
        }
        if (value == JsonValue.TRUE || value == JsonValue.FALSE) {
            return value == JsonValue.TRUE;
        }
        return value == JsonValue.NULL ? null : value;
    }

    /** All members by their names, in order. */
    public Map<String, ?> all() {
        return members;
    }

    /** Tells a fault of a member, or of what is below it. */
    public void badValue(String message, Object... below) {
        faults.badValue(message, loc(below));
    }

    public void wrongType(String wanted, Object... below) {
        faults.wrongType(wanted, loc(below));
    }

    private Object[] loc(Object... below) {
        return below(below).toArray();
    }

    private List<Object> below(Object... below) {
        List<Object> loc = new ArrayList<>(place);
        loc.addAll(List.of(below));
        return loc;
    }

    public void require(String name) {
        if (!has(name)) {
            faults.missing(loc(name));
        }
    }

    private Optional<String> asText(@Nullable Object value) {
        return switch (texts) {
            case QUOTED -> value instanceof String text ? Optional.of(text) : Optional.empty();
            case UNQUOTED ->
                value instanceof Map || value instanceof List
                        ? Optional.empty()
                        : Optional.ofNullable(value).map(String::valueOf);
        };
    }

    /** A text of at most so many characters; empty when absent or something else. */
    public Optional<String> text(String name, int most) {
        Optional<String> text = text(name);
        if (text.isPresent() && text.get().length() > most) {
            badValue("Must be at most " + most + " characters", name);
            return Optional.empty();
        }
        return text;
    }

    /** A text of any length. */
    public Optional<String> text(String name) {
        Object value = value(name);
        Optional<String> text = asText(value);
        if (value != null && text.isEmpty()) {
            wrongType("a string", name);
        }
        return text;
    }

    /** A text without NUL of at most so many bytes; empty when absent or something else. */
    public Optional<String> shell(String name, int most) {
        Object value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String text) || text.isBlank() || text.indexOf('\0') >= 0 || bytes(text) > most) {
            badValue("Must be shell text of at most " + (most >> 10) + " KiB", name);
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** How long it is in UTF-8. */
    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** True or false; false when absent. */
    public boolean flag(String name) {
        Object value = value(name);
        if (value != null && !(value instanceof Boolean)) {
            wrongType("true or false", name);
        }
        return Boolean.TRUE.equals(value);
    }

    /** A whole number within the range; {@code absent} when it is absent or faulty. */
    public long whole(String name, long least, long most, long absent) {
        Object value = value(name);
        if (value == null) {
            return absent;
        }
        Optional<BigDecimal> number = value instanceof Number some ? decimal(some) : Optional.empty();
        if (number.isEmpty() || !isWhole(number.get())) {
            wrongType("a whole number", name);
            return absent;
        }
        if (number.get().compareTo(BigDecimal.valueOf(least)) < 0
                || number.get().compareTo(BigDecimal.valueOf(most)) > 0) {
            badValue(range(least, most), name);
            return absent;
        }
        return number.get().longValue();
    }

    /** Empty for what is no number among the numbers: YAML has infinity. */
    private static Optional<BigDecimal> decimal(Number number) {
        if (number instanceof Double some && !Double.isFinite(some)) {
            return Optional.empty();
        }
        return Optional.of(number instanceof BigDecimal some ? some : new BigDecimal(number.toString()));
    }

    /** Also 1.0 and 1e2; an exponent is looked at before it is expanded, for 1e999999999 would fill the memory. */
    private static boolean isWhole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0;
    }

    private static String range(long least, long most) {
        return most == Long.MAX_VALUE ? "Must be at least " + least : "Must be " + least + " to " + most;
    }

    /** The object of that name; empty when it is absent, none, or has more members than {@code most}. */
    private Optional<Map<?, ?>> object(String name, int most) {
        Object value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof Map<?, ?> object)) {
            wrongType("an object", name);
            return Optional.empty();
        }
        if (object.size() > most) {
            badValue("Must have at most " + most + " members", name);
            return Optional.empty();
        }
        return Optional.of(object);
    }

    /** The part of that name; an empty one when it is absent, no object, or has more members than {@code most}. */
    public Members part(String name, int most) {
        Map<?, ?> object = object(name, most).orElse(Map.of());
        return object instanceof JsonObject json
                ? new Members(json, texts, faults, below(name))
                : new Members(named(object), texts, faults, below(name));
    }

    /** The same where there is no bound, as it is; empty when absent or something else. */
    Optional<JsonObject> json(String name) {
        return object(name, NO_BOUND).map(JsonObject.class::cast);
    }

    /** An array of at most {@code most} values; an empty one when it is absent or something else. */
    public List<?> list(String name, int most) {
        Object value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            wrongType("an array of strings", name);
            return List.of();
        }
        if (list.size() > most) {
            badValue("Must be at most " + most, name);
            return List.of();
        }
        return list;
    }

    /** An array of at most {@code most} texts, in order; empty when it is absent or something else. */
    public List<String> texts(String name, int most) {
        List<String> all = new ArrayList<>();
        List<?> list = list(name, most);
        for (int i = 0; i < list.size(); i++) {
            Optional<String> text = asText(plain(list.get(i)));
            text.ifPresent(all::add);
            if (text.isEmpty()) {
                wrongType("a string", name, i);
            }
        }
        return all;
    }

    /** All members as texts, in order. */
    public Map<String, String> texts() {
        Map<String, String> all = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            Optional<String> text = asText(plain(value));
            text.ifPresent(one -> all.put(name, one));
            if (text.isEmpty()) {
                wrongType("a string", name);
            }
        });
        return all;
    }
}
