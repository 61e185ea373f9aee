package dev.sandlot;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;

/** Settings as MicroProfile Config hands them out: numbers, text, switches, and lists with commas between. */
public record Settings(Map<String, String> values) implements Config {
    private static final Map<Class<?>, Function<String, Object>> CONVERTERS = Map.of(
            String.class,
            text -> text,
            Integer.class,
            Integer::valueOf,
            Long.class,
            Long::valueOf,
            Boolean.class,
            Boolean::valueOf,
            String[].class,
            text -> text.split(",", -1));

    public Settings {
        values = Map.copyOf(values);
    }

    /** The settings of a server that has these beside its data directory. */
    public static Settings of(String name, String value) {
        return new Settings(Map.of("sandlot.data.dir", "/data", name, value));
    }

    /** The settings of a server that has nothing but a data directory. */
    public static Settings none() {
        return new Settings(Map.of("sandlot.data.dir", "/data"));
    }

    @Override
    public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
        return Optional.ofNullable(values.get(name))
                .map(text -> type.cast(requireNonNull(CONVERTERS.get(type)).apply(text)));
    }

    @Override
    public <T> T getValue(String name, Class<T> type) {
        return getOptionalValue(name, type).orElseThrow();
    }

    @Override
    public ConfigValue getConfigValue(String name) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public Iterable<String> getPropertyNames() {
        return values.keySet();
    }

    @Override
    public Iterable<ConfigSource> getConfigSources() {
        throw new UnsupportedOperationException("there is no source");
    }

    @Override
    public <T> Optional<Converter<T>> getConverter(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException("there is nothing else");
    }
}
