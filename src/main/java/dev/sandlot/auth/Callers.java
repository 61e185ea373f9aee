package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonString;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Reads callers out of verified tokens. */
@Singleton
public class Callers {
    /** What a record has room for. */
    private static final int SUBJECT_MAX = 1024;

    private final String workspacesClaim;

    @Inject
    public Callers(IdentityConfig config) {
        this(config.workspacesClaim());
    }

    Callers(String workspacesClaim) {
        this.workspacesClaim = workspacesClaim;
    }

    /** Throws AUTHENTICATION for a token whose subject can't be written down as it is. */
    public Caller of(JsonWebToken token) {
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
