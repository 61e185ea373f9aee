package dev.sandlot.devicelogin;

import dev.sandlot.http.JsonBody;
import dev.sandlot.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider's side of device logins (RFC 8628). Anybody can begin one: while the provider fails it is left
 * alone for a moment, and the log tells of that once a minute.
 */
@Singleton
class OidcProvider {
    private static final Logger LOG = ServerLog.of(OidcProvider.class);
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
    private static final String BASIC = "client_secret_basic";
    private static final String IN_BODY = "client_secret_post";
    private static final int METHODS_MAX = 100;

    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofMinutes(1);
    /** Where the provider does not say it. */
    private static final int TOKEN_SECONDS = 300;

    private final DeviceLoginConfig config;
    private final ProviderConnection connection;
    private final Clock clock;
    private @Nullable ProviderEndpoints described;
    private Instant describeAgain = Instant.MIN;
    private volatile Instant pausedUntil = Instant.MIN;
    private Instant quietUntil = Instant.MIN;

    @Inject
    OidcProvider(DeviceLoginConfig config, ProviderConnection connection, Clock clock) {
        this.config = config;
        this.connection = connection;
        this.clock = clock;
    }

    /** Asks for the codes of a new login. */
    DeviceCodes begin() throws ProviderException {
        if (clock.instant().isBefore(pausedUntil)) {
            throw new ProviderException("failed a moment ago");
        }
        try {
            ProviderClient client = client();
            ProviderConnection.Answer answer =
                    post(endpoints().authorization(), client, Map.of("scope", client.scope()));
            if (!answer.isGood()) {
                throw answer.failure();
            }
            return DeviceCodes.read(answer.body());
        } catch (ProviderException failed) {
            pausedUntil = clock.instant().plus(PAUSE);
            warn(failed);
            throw failed;
        }
    }

    /** Asks for a login's token. */
    Verdict ask(String deviceCode) throws ProviderException {
        try {
            return verdict(post(endpoints().token(), client(), Map.of("grant_type", GRANT, "device_code", deviceCode)));
        } catch (ProviderException failed) {
            warn(failed);
            throw failed;
        }
    }

    private static Verdict verdict(ProviderConnection.Answer answer) throws ProviderException {
        if (answer.isGood()) {
            String token = answer.body()
                    .string("access_token")
                    .filter(text -> !text.isBlank())
                    .orElseThrow(() -> new ProviderException("gives no access_token"));
            long seconds = answer.body().integer("expires_in", 1, Integer.MAX_VALUE, TOKEN_SECONDS);
            return new Verdict.Approved(token, Duration.ofSeconds(seconds));
        }
        return switch (answer.error()) {
            case "authorization_pending" -> new Verdict.Pending(false);
            case "slow_down" -> new Verdict.Pending(true);
            case "access_denied" -> new Verdict.Denied();
            // Some say of a code that is too old that they never knew it.
            case "expired_token", "invalid_grant" -> new Verdict.Expired();
            default -> throw answer.failure();
        };
    }

    private ProviderClient client() {
        return config.client().orElseThrow(() -> new IllegalStateException("there is no provider to log in by"));
    }

    private ProviderConnection.Answer post(URI to, ProviderClient client, Map<String, String> asked)
            throws ProviderException {
        Map<String, String> form = new LinkedHashMap<>(asked);
        form.put("client_id", client.id());
        boolean inBody = endpoints().secretInBody();
        if (inBody) {
            client.secret().ifPresent(secret -> form.put("client_secret", secret));
        }
        return connection.post(to, form, inBody ? Optional.empty() : client.authorization());
    }

    private ProviderEndpoints endpoints() throws ProviderException {
        Optional<ProviderEndpoints> told = client().endpoints();
        return told.isPresent() ? told.get() : described();
    }

    /** What was read once holds on while it can't be read again; one asks, and the others wait for what comes of it. */
    private synchronized ProviderEndpoints described() throws ProviderException {
        ProviderEndpoints known = described;
        if (clock.instant().isBefore(describeAgain)) {
            if (known == null) {
                throw new ProviderException("failed a moment ago");
            }
            return known;
        }
        try {
            known = describe();
            described = known;
            describeAgain = clock.instant().plus(FRESH);
            return known;
        } catch (ProviderException failed) {
            describeAgain = clock.instant().plus(PAUSE);
            if (known == null) {
                throw failed;
            }
            return known;
        }
    }

    private ProviderEndpoints describe() throws ProviderException {
        ProviderConnection.Answer answer = connection.get(client().description());
        if (!answer.isGood()) {
            throw answer.failure();
        }
        JsonBody description = answer.body();
        if (!client().isOf(description.string("issuer").orElse(""))) {
            throw new ProviderException("describes another issuer than SANDLOT_DEVICE_ISSUER");
        }
        List<String> methods = description.stringList("token_endpoint_auth_methods_supported", METHODS_MAX);
        return new ProviderEndpoints(
                endpoint(description, "device_authorization_endpoint"),
                endpoint(description, "token_endpoint"),
                methods.contains(IN_BODY) && !methods.contains(BASIC));
    }

    private static URI endpoint(JsonBody description, String name) throws ProviderException {
        try {
            return ProviderEndpoints.address(description.string(name).orElse(""));
        } catch (IllegalArgumentException unfit) {
            throw new ProviderException("describes no " + name + " that is safe to ask");
        }
    }

    private synchronized void warn(ProviderException failed) {
        Instant now = clock.instant();
        if (!now.isBefore(quietUntil)) {
            quietUntil = now.plus(QUIET);
            LOG.log(Level.WARNING, "Device logins fail: the identity provider {0}", failed.getMessage());
        }
    }
}
