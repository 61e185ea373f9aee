package dev.sandlot.settings;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** What an operator says in a test; beside it the data directory is said, and all of the identity provider. */
public final class GivenSettings {
    private static final Map<String, String> SERVERS_OWN = Map.of(
            "sandlot.data.dir", "/data",
            "sandlot.db.url", "jdbc:h2:async:/data/sandlot",
            "mp.jwt.verify.publickey.location", "file:/data/development/public.pem",
            "mp.jwt.verify.issuer", "sandlot-development",
            "mp.jwt.verify.audiences", "sandlot");

    private GivenSettings() {}

    public static Settings none() {
        return of(Map.of());
    }

    public static Settings of(String name, String value) {
        return of(Map.of(name, value));
    }

    public static Settings of(Map<String, String> said) {
        return new Settings(new Given(SERVERS_OWN, said));
    }

    /** Where not even the server's own variables are. */
    static Settings alone(Map<String, String> said) {
        return new Settings(new Given(Map.of(), said));
    }

    private record Given(Map<String, String> defaults, Map<String, String> said) implements Config {
        @Override
        public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
            return Optional.ofNullable(said.getOrDefault(name, defaults.get(name)))
                    .filter(text -> !text.isEmpty())
                    .map(type::cast);
        }

        @Override
        public <T> T getValue(String name, Class<T> type) {
            return getOptionalValue(name, type).orElseThrow();
        }

        @Override
        public ConfigValue getConfigValue(String name) {
            return new Value(name, getOptionalValue(name, String.class).orElse(null), said.containsKey(name) ? 300 : 1);
        }

        @Override
        public Set<String> getPropertyNames() {
            return said.keySet();
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

    private record Value(String name, @Nullable String value, int ordinal) implements ConfigValue {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public @Nullable String getValue() {
            return value;
        }

        @Override
        public @Nullable String getRawValue() {
            return value;
        }

        @Override
        public String getSourceName() {
            return "test";
        }

        @Override
        public int getSourceOrdinal() {
            return ordinal;
        }
    }
}
