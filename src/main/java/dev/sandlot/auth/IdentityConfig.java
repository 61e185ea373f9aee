package dev.sandlot.auth;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Whose tokens are taken. MicroProfile JWT reads the same of them, and is who lets callers in.
 *
 * @param key the provider's key or key set, or where that is
 * @param issuer the provider's name for itself
 * @param audiences for whom tokens are; empty: for anybody
 * @param nameClaim which of a token's claims says whose it is; the container reads it, and takes no token without it
 * @param workspacesClaim which of a token's claims names the caller's workspaces
 */
@Singleton
public record IdentityConfig(
        String key, String issuer, List<String> audiences, String nameClaim, String workspacesClaim)
        implements Configured {
    public static final Setting<String> KEY_LOCATION = Setting.given(
            "mp.jwt.verify.publickey.location",
            Kind.text(),
            "development mode's own",
            "the provider's key or key set: a JWKS URL, or `file:/…`");
    public static final Setting<Optional<String>> KEY =
            Setting.optional("mp.jwt.verify.publickey", Kind.text(), "", "that key itself, in place of where it is");
    public static final Setting<String> ISSUER = Setting.given(
            "mp.jwt.verify.issuer", Kind.text(), "development mode's own", "the provider's name in its tokens");
    public static final Setting<List<String>> AUDIENCES = Setting.given(
            "mp.jwt.verify.audiences",
            Kind.list("audience,…", audience -> audience),
            "development mode's own",
            "one of them is this server's name in tokens");
    private static final Setting<String> NAME_CLAIM = Setting.of(
            "sandlot.name.claim", Kind.text(), "upn", "the token's claim that says whose it is, such as sub");
    private static final Setting<String> WORKSPACES_CLAIM = Setting.of(
            "sandlot.workspaces.claim", Kind.text(), "workspaces", "the token's claim that names workspaces");

    public IdentityConfig {
        audiences = List.copyOf(audiences);
    }

    @Inject
    IdentityConfig(Settings settings) {
        this(
                settings.get(KEY).orElseGet(() -> settings.get(KEY_LOCATION)),
                settings.get(ISSUER),
                settings.get(AUDIENCES),
                settings.get(NAME_CLAIM),
                settings.get(WORKSPACES_CLAIM));
    }

    /** A key may be as long as a key set is. */
    @Override
    public String toString() {
        return "IdentityConfig[" + issuer + "]";
    }
}
