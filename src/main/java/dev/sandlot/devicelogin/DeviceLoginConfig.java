package dev.sandlot.devicelogin;

import dev.sandlot.auth.IdentityConfig;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;

/**
 * Whether clients may log in by way of the identity provider, and how.
 *
 * @param client who this server is to the provider; none: nobody logs in so
 * @param logins that are under way at once
 */
@Singleton
record DeviceLoginConfig(Optional<ProviderClient> client, int logins) implements Configured {
    private static final String ADDRESS = "an address such as https://idp.example/realm (http: only of this machine)";
    private static final Setting<Optional<String>> CLIENT_ID = Setting.optional(
            "sandlot.device.client.id",
            Kind.text(),
            "no device login",
            "the provider's name for the client by which devices log in");
    private static final Setting<Optional<String>> CLIENT_SECRET = Setting.optional(
            "sandlot.device.client.secret", Kind.text("text", text -> !text.isBlank()), "", "that client's secret");
    private static final Setting<String> SCOPE =
            Setting.of("sandlot.device.scope", Kind.text(), "openid", "what is asked of the provider for a device");
    private static final Setting<Optional<URI>> ISSUER = Setting.optional(
            "sandlot.device.issuer",
            Kind.of(ADDRESS, ProviderEndpoints::address),
            "`MP_JWT_VERIFY_ISSUER`",
            "below it, at `/.well-known/openid-configuration`, the provider describes itself");
    private static final Setting<Optional<URI>> AUTHORIZATION = Setting.optional(
            "sandlot.device.authorization.endpoint",
            Kind.of(ADDRESS, ProviderEndpoints::address),
            "as the provider describes itself",
            "where codes for devices are asked for");
    private static final Setting<Optional<URI>> TOKEN = Setting.optional(
            "sandlot.device.token.endpoint",
            Kind.of(ADDRESS, ProviderEndpoints::address),
            "as the provider describes itself",
            "where tokens are asked for; set both of these or none");
    private static final Setting<Integer> LOGINS = Setting.of(
            "sandlot.device.logins",
            Kind.count(1, 100_000),
            "256",
            "device logins that are under way at once, those of one network half of it");

    DeviceLoginConfig {
        LOGINS.require(logins);
    }

    @Inject
    DeviceLoginConfig(Settings settings) {
        this(client(settings), settings.get(LOGINS));
    }

    boolean isOn() {
        return client.isPresent();
    }

    private static Optional<ProviderClient> client(Settings settings) {
        Optional<String> id = settings.get(CLIENT_ID).filter(text -> !text.isBlank());
        if (id.isEmpty()) {
            return Optional.empty();
        }
        if (!settings.isSaid(IdentityConfig.ISSUER)) {
            throw new IllegalArgumentException(
                    "SANDLOT_DEVICE_CLIENT_ID is for an identity provider: set MP_JWT_VERIFY_… too");
        }
        Optional<URI> authorization = settings.get(AUTHORIZATION);
        Optional<URI> token = settings.get(TOKEN);
        if (authorization.isPresent() != token.isPresent()) {
            throw new IllegalArgumentException(
                    "Set SANDLOT_DEVICE_AUTHORIZATION_ENDPOINT and SANDLOT_DEVICE_TOKEN_ENDPOINT together, or none");
        }
        String issuer = settings.get(ISSUER).map(URI::toString).orElseGet(() -> settings.get(IdentityConfig.ISSUER));
        try {
            return Optional.of(new ProviderClient(
                    id.get(),
                    settings.get(CLIENT_SECRET),
                    settings.get(SCOPE),
                    issuer,
                    authorization.map(known -> new ProviderEndpoints(known, token.orElseThrow(), false))));
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "SANDLOT_DEVICE_ISSUER must be " + ADDRESS + ", for MP_JWT_VERIFY_ISSUER is none", unfit);
        }
    }
}
