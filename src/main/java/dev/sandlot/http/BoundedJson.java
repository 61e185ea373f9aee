package dev.sandlot.http;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final JsonParserFactory PARSERS = JSON.createParserFactory(Map.of());
    static final JsonBuilderFactory BUILDERS = JSON.createBuilderFactory(Map.of());

    /** What stands in a text for bytes that are no UTF-8, or for itself. */
    private static final char REPLACEMENT = '\uFFFD';

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
        try (JsonParser parser = PARSERS.createParser(new StringReader(text(bytes)))) {
            return new BoundedJson(parser, faults).document();
        } catch (JsonException | NoSuchElementException | NumberFormatException broken) {
            // Also where it ends in the middle, and where an exponent is beyond 32 bits.
            throw invalid(NOT_JSON);
        }
    }

    /** A string is made of bytes many times faster than a decoder does it that tells whether all of them were good. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException broken) {
                throw invalid("The body is not UTF-8");
            }
        }
        return text;
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
        // The parser's own value would make the text anew for each who asks.
        String string = parser.getString();
        check(string);
        return JSON.createValue(string);
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
