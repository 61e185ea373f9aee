package dev.sandlot.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonString;
import jakarta.ws.rs.core.HttpHeaders;
import java.security.Principal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Knows callers: by tokens that were verified, or by keys. What a token says never changes, so the same one is read once;
 * whether it is still good is the container's to say, which it does for each request before anybody comes here.
 */
@Singleton
public class Callers {
    /** What a record has room for. */
    private static final int SUBJECT_MAX = 1024;
    /** In characters of the tokens that are remembered. */
    private static final int REMEMBERED_MAX = 4 << 20;

    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final String workspacesClaim;
    private final KeyCallers keys;
    private final Cache<String, Caller> remembered = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_MAX)
            .weigher((String token, Caller caller) -> token.length())
            .expireAfterAccess(REMEMBERED)
            .build();

    @Inject
    public Callers(IdentityConfig config, KeyCallers keys) {
        this(config.workspacesClaim(), keys);
    }

    Callers(String workspacesClaim, KeyCallers keys) {
        this.workspacesClaim = workspacesClaim;
        this.keys = keys;
    }

    /** What a request says of itself. */
    @FunctionalInterface
    public interface Headers {
        /** A header's value, if it is there. */
        @Nullable
        String find(String name);
    }

    /**
     * Who sends a request; empty where it shows neither a token that was verified nor a key. An Authorization header
     * counts alone, whatever became of it.
     *
     * @throws ApiException AUTHENTICATION or EXPIRED_TOKEN for what it shows
     */
    public Optional<Caller> find(@Nullable Principal verified, Headers headers) {
        if (verified instanceof JsonWebToken token) {
            return Optional.of(of(token));
        }
        if (headers.find(HttpHeaders.AUTHORIZATION) != null) {
            return Optional.empty();
        }
        return Optional.ofNullable(headers.find(ApiKeySecret.HEADER)).map(keys::require);
    }

    /** Throws AUTHENTICATION for a token whose subject can't be written down as it is. */
    Caller of(JsonWebToken token) {
        String raw = token.getRawToken();
        return raw == null ? read(token) : remembered.get(raw, same -> read(token));
    }

    private Caller read(JsonWebToken token) {
        String subject = token.getName();
        if (subject == null || !isFit(subject)) {
            throw new ApiException(
                            ErrorType.AUTHENTICATION,
                            "The token's subject must be 1 to " + SUBJECT_MAX
                                    + " characters of text, without control characters")
                    .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        Set<String> groups = token.getGroups();
        return new Caller(subject, groups == null ? Set.of() : groups, workspacesOf(token));
    }

    private static boolean isFit(String subject) {
        return !subject.isEmpty()
                && subject.length() <= SUBJECT_MAX
                && subject.codePoints().noneMatch(Callers::isUnfit);
    }

    /** Control characters, and halves of surrogate pairs. */
    private static boolean isUnfit(int one) {
        return Character.isISOControl(one) || Character.getType(one) == Character.SURROGATE;
    }

    private Set<String> workspacesOf(JsonWebToken token) {
        Set<String> workspaces = new HashSet<>();
        if (token.getClaim(workspacesClaim) instanceof Iterable<?> entries) {
            entries.forEach(entry ->
                    workspaces.add(entry instanceof JsonString string ? string.getString() : entry.toString()));
        }
        return workspaces;
    }
}
