package dev.sandlot.keys;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a key is good for: roles, and workspaces as tokens name them. Never more than what its maker had. */
record Grant(Set<String> roles, Set<String> workspaces) {
    private static final Pattern WORKSPACES =
            Pattern.compile("\\*/\\*|" + WorkspaceId.SLUG + "/(\\*|" + WorkspaceId.SLUG + ")");

    Grant {
        roles = Set.copyOf(roles);
        workspaces = Set.copyOf(workspaces);
    }

    /** All that a caller has; what is no role and no workspace is left out. */
    static Grant of(Caller maker) {
        return new Grant(
                maker.roles().stream().filter(Role.KNOWN::contains).collect(Collectors.toSet()),
                maker.workspaces().stream()
                        .filter(one -> WORKSPACES.matcher(one).matches())
                        .collect(Collectors.toSet()));
    }

    /** Those roles in place of its own; the maker has them. */
    Grant withRoles(Set<String> wanted) {
        return new Grant(wanted, workspaces);
    }

    /**
     * What of it is within an organization, or within one workspace of it. It has no {@code admin} then, for that role's
     * operations are about all tenants: what else {@code admin} is good for within an organization it has by name.
     */
    Grant within(String org, Optional<String> workspace) {
        return new Grant(rolesWithin(), workspacesWithin(org, workspace));
    }

    private Set<String> rolesWithin() {
        return roles.contains(Role.ADMIN) ? Set.copyOf(Role.OF_TENANTS) : roles;
    }

    private Set<String> workspacesWithin(String org, Optional<String> workspace) {
        Caller holder = new Caller("", roles, workspaces);
        if (workspace.isPresent()) {
            WorkspaceId one = new WorkspaceId(org, workspace.get());
            return holder.isMember(one) ? Set.of(one.toString()) : Set.of();
        }
        return holder.isMemberOfAll()
                ? Set.of(org + "/*")
                : workspaces.stream().filter(one -> one.startsWith(org + "/")).collect(Collectors.toSet());
    }

    /** What of it a caller has now. */
    Grant withinThatOf(Caller maker) {
        return new Grant(
                roles.stream().filter(maker::hasRole).collect(Collectors.toSet()),
                workspaces.stream().filter(one -> has(maker, one)).collect(Collectors.toSet()));
    }

    private static boolean has(Caller maker, String workspaces) {
        String org = workspaces.substring(0, workspaces.indexOf('/'));
        String workspace = workspaces.substring(org.length() + 1);
        // A star is no workspace's name: only a wider grant, or the same, has it.
        return maker.isMemberOfAll()
                || maker.workspaces().contains(workspaces)
                || (!org.equals("*") && maker.isMember(new WorkspaceId(org, workspace)));
    }
}
