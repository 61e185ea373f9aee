package dev.sandlot.auth;

import dev.sandlot.errors.ApiException;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who is calling, as their token or their key says.
 *
 * @param subject the token's {@code upn}, {@code preferred_username} or {@code sub}
 * @param roles the token's {@code groups}
 * @param workspaces what they are a member of: {@code org/workspace}, {@code org/*} or {@code *}{@code /*}
 * @param key the id of the key that they came with, in place of a token
 */
public record Caller(String subject, Set<String> roles, Set<String> workspaces, Optional<UUID> key)
        implements Principal {
    /** The attribute of a request that holds its caller, where it was looked for before {@link CallerFilter} does. */
    public static final String ATTRIBUTE = Caller.class.getName();

    public Caller {
        roles = Set.copyOf(roles);
        workspaces = Set.copyOf(workspaces);
    }

    /** Somebody who came with a token. */
    public Caller(String subject, Set<String> roles, Set<String> workspaces) {
        this(subject, roles, workspaces, Optional.empty());
    }

    /** The caller that {@link CallerFilter} found; there is one behind every resource. */
    public static Caller of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("a resource was reached without a caller");
    }

    @Override
    public String getName() {
        return subject;
    }

    /** An admin has every role. */
    public boolean hasRole(String role) {
        return roles.contains(role) || roles.contains(Role.ADMIN);
    }

    /** Whether the workspace is theirs. */
    public boolean isMember(WorkspaceId id) {
        return workspaces.contains(id.toString()) || workspaces.contains(id.org() + "/*") || isMemberOfAll();
    }

    /** Whether every organization is theirs. */
    public boolean isMemberOfAll() {
        return workspaces.contains(WorkspaceId.ALL);
    }

    /** Whether they are a member of any workspace of the organization. */
    public boolean isMember(String org) {
        return isMemberOfAll() || workspaces.stream().anyMatch(grant -> grant.startsWith(org + "/"));
    }

    /** Throws FORBIDDEN unless the caller is a member of the workspace. */
    public void requireMember(WorkspaceId id) {
        if (!isMember(id)) {
            throw ApiException.forbidden();
        }
    }

    /** Throws FORBIDDEN unless the caller is a member of any workspace of the organization. */
    public void requireMember(String org) {
        if (!isMember(org)) {
            throw ApiException.forbidden();
        }
    }
}
