package dev.sandlot.mcp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a tool takes, as JSON Schema tells it.
 *
 * @param schema its type and more
 */
record Parameter(String name, boolean required, Map<String, Object> schema) {
    static final Parameter ENVIRONMENT =
            text("environment_id", "The id that create has given").must();
    static final Parameter TOKEN = text(
            "execute_token",
            "The token that create has given; may be left out where the connection carries X-Environment-Token");
    static final Parameter EXECUTION =
            text("execution_id", "The id that exec_start has given").must();

    static Parameter text(String name, String description) {
        return of(name, "string", description, Map.of());
    }

    static Parameter flag(String name, String description) {
        return of(name, "boolean", description, Map.of());
    }

    /** A whole number of that range. */
    static Parameter number(String name, long least, long most, String description) {
        return of(name, "integer", description, Map.of("minimum", least, "maximum", most));
    }

    static Parameter texts(String name, String description) {
        return of(name, "array", description, Map.of("items", Map.of("type", "string")));
    }

    /** An object whose members are strings. */
    static Parameter named(String name, String description) {
        return of(name, "object", description, Map.of("additionalProperties", Map.of("type", "string")));
    }

    private static Parameter of(String name, String type, String description, Map<String, Object> more) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        schema.put("description", description);
        schema.putAll(more);
        return new Parameter(name, false, schema);
    }

    /** The same, which must be there. */
    Parameter must() {
        return new Parameter(name, true, schema);
    }

    /** The schema of an object of these. */
    static Map<String, Object> schema(List<Parameter> parameters) {
        Map<String, Object> properties = new LinkedHashMap<>();
        parameters.forEach(parameter -> properties.put(parameter.name(), parameter.schema()));
        List<String> required = parameters.stream()
                .filter(Parameter::required)
                .map(Parameter::name)
                .toList();
        return Map.of("type", "object", "properties", properties, "required", required);
    }
}
