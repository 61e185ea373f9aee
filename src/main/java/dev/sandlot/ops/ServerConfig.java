package dev.sandlot.ops;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * Where the server listens.
 *
 * @param httpPort of plain HTTP; {@value #NONE}: it is off
 * @param tlsPort of HTTP over TLS; {@value #NONE}: it is off
 */
@Singleton
record ServerConfig(String host, int httpPort, int tlsPort) implements Configured {
    /** As Liberty has it. */
    static final int NONE = -1;

    private static final int PORT_MAX = 65_535;

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

    private static final Kind<Integer> PORT = new Kind<>(
            "1 to 65535, or -1 for none", Integer::valueOf, port -> port == NONE || (port > 0 && port <= PORT_MAX));
    private static final Setting<Integer> HTTP_PORT =
            Setting.of("sandlot.http.port", PORT, "9080", "the port of plain HTTP");
    private static final Setting<Integer> TLS_PORT =
            Setting.of("sandlot.tls.port", PORT, Integer.toString(NONE), "the port of HTTP over TLS");

    ServerConfig {
        HTTP_PORT.require(httpPort);
        TLS_PORT.require(tlsPort);
        if (httpPort == NONE && tlsPort == NONE) {
            throw new IllegalArgumentException("SANDLOT_HTTP_PORT or SANDLOT_TLS_PORT must be a port");
        }
        if (httpPort == tlsPort) {
            throw new IllegalArgumentException("SANDLOT_HTTP_PORT and SANDLOT_TLS_PORT must not be the same");
        }
    }

    @Inject
    ServerConfig(Settings settings) {
        this(settings.get(HOST), settings.get(HTTP_PORT), settings.get(TLS_PORT));
        settings.get(LOG_FORMAT);
    }

    boolean hasTls() {
        return tlsPort != NONE;
    }

    /** One on which it listens, if on any. */
    int port() {
        return httpPort == NONE ? tlsPort : httpPort;
    }

    /** How a client on this host begins its URLs. */
    String base() {
        return (httpPort == NONE ? "https://" : "http://") + host + ":" + port();
    }
}
