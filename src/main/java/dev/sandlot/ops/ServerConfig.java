package dev.sandlot.ops;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;

/** Where the server listens. */
@Singleton
record ServerConfig(String host, int port) implements Configured {
    static final Setting<String> HOST =
            Setting.of("sandlot.http.host", Kind.text(), "127.0.0.1", "the address on which it listens");
    /** Read by itself: it counts where nothing else can be read. */
    static final Setting<Boolean> EXIT_ON_FAILURE = Setting.of(
            "sandlot.exit.on.failure",
            Kind.yesOrNo(),
            "true",
            "a start that fails ends the server; false where other applications share it");

    /** Read by itself: it is of no use to anybody else. */
    static final Setting<Boolean> ACCEPT_MISSING_LIMITS = Setting.of(
            "sandlot.accept.missing.limits",
            Kind.yesOrNo(),
            "false",
            "start on a host without limits though several organizations have published tasks");

    /** For the container alone; here it is looked at. */
    private static final Setting<String> LOG_FORMAT = Setting.of(
            "sandlot.log.format",
            Kind.text("simple or json", Set.of("simple", "json")::contains),
            "simple",
            "how log lines are written");

    private static final Setting<Integer> PORT =
            Setting.of("sandlot.http.port", Kind.count(1, 65_535), "9080", "the port on which it listens");

    @Inject
    ServerConfig(Settings settings) {
        this(settings.get(HOST), settings.get(PORT));
        settings.get(LOG_FORMAT);
    }
}
