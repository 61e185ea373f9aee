package dev.sandlot.task;

import dev.sandlot.errors.Faults;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of a definition or of a part of it, asked for one by one with their type and their bounds. What is wrong is
 * collected; what stands in for it then is good for nothing but reading on.
 */
final class Members {
    private final Map<String, Object> members = new LinkedHashMap<>();
    private final Faults faults;
    private final List<Object> place;

    /** {@code place} is where the part is, as faults tell it. Members without a value count as absent. */
    Members(Map<?, ?> members, Faults faults, Object... place) {
        members.forEach((name, value) -> {
            if (value != null) {
                this.members.put(String.valueOf(name), value);
            }
        });
        this.faults = faults;
        this.place = List.of(place);
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    @Nullable
    Object value(String name) {
        return members.get(name);
    }

    /** All members by their names. */
    Map<String, Object> all() {
        return members;
    }

    /** Tells a fault of a member, or of what is below it. */
    void badValue(String message, Object... below) {
        faults.badValue(message, loc(below));
    }

    void wrongType(String wanted, Object... below) {
        faults.wrongType(wanted, loc(below));
    }

    private Object[] loc(Object... below) {
        List<Object> loc = new ArrayList<>(place);
        loc.addAll(List.of(below));
        return loc.toArray();
    }

    void require(String name) {
        if (!has(name)) {
            faults.missing(loc(name));
        }
    }

    /** A text, or a number or truth value as text; empty when absent. */
    Optional<String> text(String name, int most) {
        Object value = members.get(name);
        if (value instanceof Map || value instanceof List) {
            wrongType("a string", name);
            return Optional.empty();
        }
        Optional<String> text = Optional.ofNullable(value).map(String::valueOf);
        if (text.isPresent() && text.get().length() > most) {
            badValue("Must be at most " + most + " characters", name);
            return Optional.empty();
        }
        return text;
    }

    /** A text without NUL of at most so many bytes; empty when absent or something else. */
    Optional<String> shell(String name, int most) {
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String text) || text.isBlank() || text.indexOf('\0') >= 0 || bytes(text) > most) {
            badValue("Must be shell text of at most " + (most >> 10) + " KiB", name);
            return Optional.empty();
        }
        return Optional.of(text);
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** True or false; false when absent. */
    boolean flag(String name) {
        Object value = members.getOrDefault(name, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        wrongType("true or false", name);
        return false;
    }

    /** A whole number within the range; {@code absent} when it is absent or faulty. */
    long whole(String name, long least, long most, long absent) {
        Object value = members.get(name);
        if (value == null) {
            return absent;
        }
        Optional<BigDecimal> number = value instanceof Number some ? decimal(some) : Optional.empty();
        if (number.isEmpty()
                || number.get().compareTo(BigDecimal.valueOf(least)) < 0
                || number.get().compareTo(BigDecimal.valueOf(most)) > 0
                || number.get().stripTrailingZeros().scale() > 0) {
            badValue("Must be " + least + " to " + most, name);
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

    /** The part of that name; an empty one when it is absent, no object, or has more members than {@code most}. */
    Members part(String name, int most) {
        Object value = members.getOrDefault(name, Map.of());
        Map<?, ?> part = Map.of();
        if (!(value instanceof Map<?, ?> object)) {
            wrongType("an object", name);
        } else if (object.size() > most) {
            badValue("Must have at most " + most + " members", name);
        } else {
            part = object;
        }
        return new Members(part, faults, loc(name));
    }

    /** An array of at most {@code most} values; an empty one when it is absent or something else. */
    List<?> list(String name, int most) {
        if (!(members.getOrDefault(name, List.of()) instanceof List<?> list)) {
            wrongType("an array of strings", name);
            return List.of();
        }
        if (list.size() > most) {
            badValue("Must be at most " + most, name);
            return List.of();
        }
        return list;
    }

    /** All members as texts. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value instanceof Map || value instanceof List) {
                wrongType("a string", name);
            }
            texts.put(name, String.valueOf(value));
        });
        return texts;
    }
}
