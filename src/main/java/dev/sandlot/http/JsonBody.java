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
import java.nio.charset.StandardCharsets;
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
    private final Members members;
    private final Faults faults;

    private JsonBody(JsonObject object, Faults faults) {
        this.object = object;
        this.members = Members.of(object, faults, "body");
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
            Object value = object.get(name);
            if (value != null) {
                StorableText.check(value, faults, "body", name);
            }
        }
        if (names.length == 0) {
            StorableText.check(object, faults, "body");
        }
    }

    /** A string, or empty when absent. */
    public Optional<String> string(String name) {
        return members.text(name);
    }

    /** A string of at least one character that must be there; "" stands in when it is not, with a fault told. */
    public String requiredString(String name) {
        members.require(name);
        Optional<String> value = members.text(name);
        value.filter(String::isEmpty).ifPresent(empty -> members.badValue("Must have at least 1 character", name));
        return value.orElse("");
    }

    /** True or false; false when absent. */
    public boolean flag(String name) {
        return members.flag(name);
    }

    /** Whether the member is there, and not null. */
    public boolean has(String name) {
        return members.has(name);
    }

    /** A whole number within the range; {@code absent} when it is absent or faulty. */
    public long integer(String name, long least, long most, long absent) {
        return members.whole(name, least, most, absent);
    }

    /** The member of that name as a body of its own, whose faults are told with those of this one; an empty one when absent. */
    public JsonBody part(String name) {
        return new JsonBody(object(name).orElse(JsonObject.EMPTY_JSON_OBJECT), faults);
    }

    /** An object, or empty when absent. */
    public Optional<JsonObject> object(String name) {
        return members.json(name);
    }

    /** An object whose members are strings, in order; empty when absent. */
    public Map<String, String> strings(String name) {
        return members.part(name, Integer.MAX_VALUE).texts();
    }

    /** An array of at most {@code most} strings, in order; empty when absent. */
    public List<String> stringList(String name, int most) {
        return members.texts(name, most);
    }
}
