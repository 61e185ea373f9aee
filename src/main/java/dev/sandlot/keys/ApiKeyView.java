package dev.sandlot.keys;

import dev.sandlot.auth.ApiKeySecret;
import jakarta.json.bind.annotation.JsonbNillable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key on the wire.
 *
 * @param key its secret, in the answer to whoever has just made it and nowhere else
 * @param maskedKey by which its maker tells it from others
 */
@JsonbNillable
public record ApiKeyView(
        UUID id,
        @JsonbNillable(false) @Nullable String key,
        String name,
        String maskedKey,
        boolean active,
        List<String> allowedScopes,
        List<String> workspaces,
        boolean allowSelfRevoke,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant lastUsedAt) {

    static ApiKeyView of(ApiKeys.Made made) {
        return of(made.key(), made.secret().text(), null);
    }

    static ApiKeyView of(HeldKey held) {
        return of(held.key(), null, held.lastUsed());
    }

    private static ApiKeyView of(ApiKey key, @Nullable String secret, @Nullable Instant lastUsed) {
        return new ApiKeyView(
                key.id(),
                secret,
                key.name(),
                ApiKeySecret.PREFIX + "…" + key.hint(),
                true,
                key.grant().roles().stream().sorted().toList(),
                key.grant().workspaces().stream().sorted().toList(),
                key.selfRevoke(),
                key.term().createdAt(),
                key.term().expiresAt(),
                lastUsed);
    }
}
