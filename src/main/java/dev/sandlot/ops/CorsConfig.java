package dev.sandlot.ops;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose pages may use the API from within a browser.
 *
 * @param origins as browsers write them (RFC 6454, 6.1); none: nobody's
 */
@Singleton
record CorsConfig(Set<String> origins) implements Configured {
    private static final Pattern ORIGIN = Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?");
    private static final Setting<List<String>> ORIGINS = Setting.of(
            "sandlot.cors.origins",
            Kind.list("origin,… such as https://app.example, each by its name", CorsConfig::origin),
            "",
            "whose pages may use the API from within a browser");

    CorsConfig {
        origins = Set.copyOf(origins);
    }

    @Inject
    CorsConfig(Settings settings) {
        this(Set.copyOf(settings.get(ORIGINS)));
    }

    private static String origin(String text) {
        if (!ORIGIN.matcher(text).matches()) {
            throw new IllegalArgumentException("no origin");
        }
        return text;
    }
}
