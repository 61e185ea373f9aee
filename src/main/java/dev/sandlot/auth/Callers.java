package dev.sandlot.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.json.JsonString;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Reads callers out of verified tokens. */
@Singleton
public class Callers {
    private final String workspacesClaim;

    @Inject
    public Callers(Config config) {
        this.workspacesClaim = config.getOptionalValue("sandlot.workspaces.claim", String.class)
                .orElse("workspaces");
    }

    Caller of(JsonWebToken token) {
        Set<String> groups = token.getGroups();
        return new Caller(String.valueOf(token.getName()), groups == null ? Set.of() : groups, workspacesOf(token));
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
