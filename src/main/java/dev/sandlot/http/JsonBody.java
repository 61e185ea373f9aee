package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a JSON object. Members are asked for one by one, with their type; what is wrong is collected, so
 * that all of it is told at once. JSON null counts as absent.
 */
public final class JsonBody {
    private final JsonObject object;
    private final Faults faults;

    private JsonBody(JsonObject object, Faults faults) {
        this.object = object;
        this.faults = faults;
    }

    /**
     * Reads the whole body, at most {@code limitBytes}.
     *
     * @throws ApiException INVALID when it is too long, not UTF-8, not JSON, no object, beyond what is read of values and
     *     depth, or not declared as JSON
     */
    public static JsonBody read(@Nullable MediaType type, InputStream body, int limitBytes, Faults faults) {
        if (type == null || !MediaType.APPLICATION_JSON_TYPE.isCompatible(type)) {
            throw invalid("Content-Type must be application/json");
        }
        try {
            byte[] bytes = body.readNBytes(limitBytes + 1);
            if (bytes.length > limitBytes) {
                throw invalid("The body is larger than " + limitBytes + " bytes");
            }
            return new JsonBody(BoundedJson.parse(bytes, faults), faults);
        } catch (RefusedBody refused) {
            throw refused.refusal();
        } catch (IOException broken) {
            throw invalid("The body could not be read");
        }
    }

    private static ApiException invalid(String detail) {
        return new ApiException(ErrorType.INVALID, detail);
    }

    /** The same text for bodies that differ in the order of members and in white space only. */
    public String canonical() {
        return canonical(object).toString();
    }

    private static JsonValue canonical(JsonValue value) {
        if (value instanceof JsonObject members) {
            JsonObjectBuilder sorted = BoundedJson.BUILDERS.createObjectBuilder();
            new TreeMap<>(members).forEach((name, member) -> sorted.add(name, canonical(member)));
            return sorted.build();
        }
        if (value instanceof JsonArray items) {
            JsonArrayBuilder copy = BoundedJson.BUILDERS.createArrayBuilder();
            items.forEach(item -> copy.add(canonical(item)));
            return copy.build();
        }
        return value;
    }

    /** All members, in order, as strings, booleans, numbers, lists and maps; null ones are left out. */
    public Map<String, Object> members() {
        return plain(object);
    }

    private static Map<String, Object> plain(JsonObject object) {
        Map<String, Object> members = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            if (value != JsonValue.NULL) {
                members.put(name, plain(value));
            }
        });
        return members;
    }

    private static Object plain(JsonValue value) {
        return switch (value.getValueType()) {
            case OBJECT -> plain(value.asJsonObject());
            case ARRAY ->
                value.asJsonArray().stream()
                        .filter(item -> item != JsonValue.NULL)
                        .map(JsonBody::plain)
                        .toList();
            case STRING -> ((JsonString) value).getString();
            case NUMBER -> ((JsonNumber) value).numberValue();
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> throw new IllegalArgumentException("null has no plain form");
        };
    }

    /** The same body with that member, in place of its own of that name. */
    public JsonBody with(String name, String value) {
        JsonObjectBuilder changed = BoundedJson.BUILDERS.createObjectBuilder(object);
        return new JsonBody(changed.add(name, value).build(), faults);
    }

    /** Stored text of an earlier body. */
    public static JsonBody stored(String text, Faults faults) {
        return new JsonBody(BoundedJson.parse(text.getBytes(StandardCharsets.UTF_8), faults), faults);
    }

    /** Tells a fault for each text within these members, within all where none is named, that no database takes. */
    public void requireStorable(String... names) {
        for (String name : names) {
            find(name).ifPresent(value -> StorableText.check(value, faults, "body", name));
        }
        if (names.length == 0) {
            StorableText.check(object, faults, "body");
        }
    }

    private Optional<JsonValue> find(String name) {
        JsonValue value = object.get(name);
        return value == null || value == JsonValue.NULL ? Optional.empty() : Optional.of(value);
    }

    /** A string, or empty when absent. */
    public Optional<String> string(String name) {
        Optional<JsonValue> value = find(name);
        if (value.isPresent() && value.get() instanceof JsonString string) {
            return Optional.of(string.getString());
        }
        value.ifPresent(other -> faults.wrongType("a string", "body", name));
        return Optional.empty();
    }

    /** A string of at least one character that must be there; "" stands in when it is not, with a fault told. */
    public String requiredString(String name) {
        Optional<String> value = string(name);
        if (find(name).isEmpty()) {
            faults.missing("body", name);
        }
        value.filter(String::isEmpty)
                .ifPresent(empty -> faults.badValue("Must have at least 1 character", "body", name));
        return value.orElse("");
    }

    /** True or false; {@code absent} when it is absent or faulty. */
    public boolean flag(String name, boolean absent) {
        Optional<JsonValue> value = find(name);
        if (value.isEmpty() || value.get() == JsonValue.TRUE || value.get() == JsonValue.FALSE) {
            return value.map(said -> said == JsonValue.TRUE).orElse(absent);
        }
        faults.wrongType("true or false", "body", name);
        return absent;
    }

    /** Whether the member is there, and not null. */
    public boolean has(String name) {
        return find(name).isPresent();
    }

    /** A whole number within the range; {@code absent} when it is absent or faulty. */
    public long integer(String name, long least, long most, long absent) {
        Optional<JsonValue> value = find(name);
        if (value.isEmpty()) {
            return absent;
        }
        if (!(value.get() instanceof JsonNumber number) || !isWhole(number)) {
            faults.wrongType("a whole number", "body", name);
            return absent;
        }
        if (outside(number, least, most)) {
            faults.badValue(range(least, most), "body", name);
            return absent;
        }
        return number.longValue();
    }

    /** Also 1.0 and 1e2; an exponent is looked at before it is expanded, for 1e999999999 would fill the memory. */
    private static boolean isWhole(JsonNumber number) {
        return number.bigDecimalValue().stripTrailingZeros().scale() <= 0;
    }

    private static boolean outside(JsonNumber number, long least, long most) {
        BigDecimal value = number.bigDecimalValue();
        return value.compareTo(BigDecimal.valueOf(least)) < 0 || value.compareTo(BigDecimal.valueOf(most)) > 0;
    }

    private static String range(long least, long most) {
        return most == Long.MAX_VALUE ? "Must be at least " + least : "Must be " + least + " to " + most;
    }

    /** An object, or empty when absent. */
    public Optional<JsonObject> object(String name) {
        Optional<JsonValue> value = find(name);
        if (value.isPresent() && value.get() instanceof JsonObject inner) {
            return Optional.of(inner);
        }
        value.ifPresent(other -> faults.wrongType("an object", "body", name));
        return Optional.empty();
    }

    /** An object whose members are strings, in order; empty when absent. */
    public Map<String, String> strings(String name) {
        Map<String, String> strings = new LinkedHashMap<>();
        object(name)
                .ifPresent(inner -> inner.forEach((key, value) -> {
                    if (value instanceof JsonString string) {
                        strings.put(key, string.getString());
                    } else {
                        faults.wrongType("a string", "body", name, key);
                    }
                }));
        return strings;
    }

    /** An array of at most {@code most} strings, in order; empty when absent. */
    public List<String> stringList(String name, int most) {
        List<String> strings = new ArrayList<>();
        Optional<JsonValue> value = find(name);
        if (value.isEmpty()) {
            return strings;
        }
        if (!(value.get() instanceof JsonArray array)) {
            faults.wrongType("an array of strings", "body", name);
            return strings;
        }
        if (array.size() > most) {
            faults.badValue("Must be at most " + most, "body", name);
            return strings;
        }
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof JsonString string) {
                strings.add(string.getString());
            } else {
                faults.wrongType("a string", "body", name, i);
            }
        }
        return strings;
    }
}
