package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Reads a JSON object within bounds: so many values, nested so deep, numbers so long. A short text can stand for a
 * hundred times its size in memory, so it is counted while it is read. Text that is no Unicode is a fault where it is.
 */
final class BoundedJson {
    static final JsonBuilderFactory BUILDERS = Json.createBuilderFactory(Map.of());

    private static final JsonParserFactory PARSERS = Json.createParserFactory(Map.of());
    private static final int VALUES_MAX = 100_000;
    private static final int DEPTH_MAX = 100;
    private static final int NUMBER_MAX = 100;
    private static final String NOT_JSON = "The body is not JSON";

    private final JsonParser parser;
    private final Faults faults;
    private final List<Object> place = new ArrayList<>(List.of("body"));
    private int values;

    private BoundedJson(JsonParser parser, Faults faults) {
        this.parser = parser;
        this.faults = faults;
    }

    /** The bytes as an object; throws INVALID for anything else, and beyond the bounds. */
    static JsonObject parse(byte[] bytes, Faults faults) {
        InputStreamReader text = new InputStreamReader(
                new ByteArrayInputStream(bytes),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonParser parser = PARSERS.createParser(text)) {
            return new BoundedJson(parser, faults).document();
        } catch (JsonException broken) {
            throw invalid(broken.getCause() instanceof CharacterCodingException ? "The body is not UTF-8" : NOT_JSON);
        } catch (NoSuchElementException | NumberFormatException broken) {
            // It ends in the middle; an exponent is beyond 32 bits.
            throw invalid(NOT_JSON);
        }
    }

    private static ApiException invalid(String detail) {
        return new ApiException(ErrorType.INVALID, detail);
    }

    private JsonObject document() {
        if (parser.next() != Event.START_OBJECT) {
            throw invalid("The body must be a JSON object");
        }
        JsonObject object = object();
        if (parser.hasNext()) {
            throw invalid(NOT_JSON);
        }
        return object;
    }

    private JsonObject object() {
        JsonObjectBuilder object = BUILDERS.createObjectBuilder();
        for (Event event = parser.next(); event != Event.END_OBJECT; event = parser.next()) {
            String name = parser.getString();
            place.add(name);
            check(name);
            object.add(name, value(parser.next()));
            place.remove(place.size() - 1);
        }
        return object.build();
    }

    private JsonArray array() {
        JsonArrayBuilder array = BUILDERS.createArrayBuilder();
        int index = 0;
        for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
            place.add(index++);
            array.add(value(event));
            place.remove(place.size() - 1);
        }
        return array.build();
    }

    private JsonValue value(Event event) {
        values++;
        if (values > VALUES_MAX) {
            throw invalid("The body has more than " + VALUES_MAX + " values");
        }
        if (place.size() > DEPTH_MAX) {
            throw invalid("The body is nested more than " + DEPTH_MAX + " deep");
        }
        return switch (event) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> text();
            case VALUE_NUMBER -> number();
            case VALUE_TRUE -> JsonValue.TRUE;
            case VALUE_FALSE -> JsonValue.FALSE;
            case VALUE_NULL -> JsonValue.NULL;
            case KEY_NAME, END_OBJECT, END_ARRAY -> throw invalid(NOT_JSON);
        };
    }

    private JsonValue text() {
        JsonString string = (JsonString) parser.getValue();
        check(string.getString());
        return string;
    }

    private JsonValue number() {
        if (parser.getString().length() > NUMBER_MAX) {
            throw invalid("The body has a number of more than " + NUMBER_MAX + " characters");
        }
        return parser.getValue();
    }

    private void check(String text) {
        if (!StorableText.isUnicode(text)) {
            faults.badValue("Must not contain half of a surrogate pair", place.toArray());
        }
    }
}
