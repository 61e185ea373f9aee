package dev.sandlot.http;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.config.PropertyNamingStrategy;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;

/** How everything is written on the wire: snake_case names; an absent value is left out unless its type says otherwise. */
@Provider
public class Json implements ContextResolver<Jsonb> {
    private static final Jsonb WIRE = JsonbBuilder.create(
            new JsonbConfig().withPropertyNamingStrategy(PropertyNamingStrategy.LOWER_CASE_WITH_UNDERSCORES));

    @Override
    public Jsonb getContext(Class<?> type) {
        return WIRE;
    }

    /** For what is written outside of JAX-RS. */
    public static String write(Object value) {
        return WIRE.toJson(value);
    }
}
