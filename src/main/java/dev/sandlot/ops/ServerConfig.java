package dev.sandlot.ops;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

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

    private static final Setting<Integer> PORT =
            Setting.of("sandlot.http.port", Kind.count(1, 65_535), "9080", "the port on which it listens");

    @Inject
    ServerConfig(Settings settings) {
        this(settings.get(HOST), settings.get(PORT));
    }
}
