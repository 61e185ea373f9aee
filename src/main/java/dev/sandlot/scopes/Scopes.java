package dev.sandlot.scopes;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.WorkspaceId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The organizations and workspaces that a caller is told of: those that the token or the key names. Where it allows more
 * than it names, those that are in use too, for nobody can list all that there might be.
 */
@Singleton
public class Scopes {
    private static final int TOLD_MAX = 1000;

    private final ScopeRepository used;
    private final ScopeConfig config;

    @Inject
    Scopes(ScopeRepository used, ScopeConfig config) {
        this.used = used;
        this.config = config;
    }

    /** By name; whoever is a member of anything has at least one. */
    List<String> organizations(Caller caller) {
        TreeSet<String> names = new TreeSet<>(named(caller, grant -> grant.substring(0, grant.indexOf('/'))));
        if (caller.isMemberOfAll()) {
            names.addAll(used.organizations(TOLD_MAX));
            if (names.isEmpty()) {
                names.add(config.workspace());
            }
        }
        return names.stream().limit(TOLD_MAX).toList();
    }

    /** Of an organization of theirs, by name; at least one. */
    List<String> workspaces(Caller caller, String org) {
        TreeSet<String> names = new TreeSet<>();
        for (String name :
                named(caller, grant -> grant.startsWith(org + "/") ? grant.substring(org.length() + 1) : "")) {
            names.add(name);
        }
        if (caller.isMemberOfAll() || caller.workspaces().contains(org + "/*")) {
            names.addAll(used.workspaces(org, TOLD_MAX));
            names.add(config.workspace());
        }
        return names.stream().limit(TOLD_MAX).toList();
    }

    private static List<String> named(Caller caller, Function<String, String> part) {
        return caller.workspaces().stream()
                .filter(grant -> grant.indexOf('/') > 0)
                .map(part)
                .filter(name -> WorkspaceId.SLUG.matcher(name).matches())
                .toList();
    }

    /** The one that a client begins with. */
    String usual(List<String> workspaces) {
        return workspaces.contains(config.workspace()) ? config.workspace() : workspaces.get(0);
    }

    /** The organization of that name or id, among those that the caller is told of; as it stands where it is none of them. */
    public String organization(Caller caller, String nameOrId) {
        return find(organizations(caller), name -> WorkspaceId.orgId(name).toString(), nameOrId);
    }

    /** The workspace of that name or id in the same way. */
    public String workspace(Caller caller, String org, String nameOrId) {
        return find(
                workspaces(caller, org), name -> new WorkspaceId(org, name).id().toString(), nameOrId);
    }

    private static String find(List<String> names, Function<String, String> id, String nameOrId) {
        Optional<String> found =
                names.stream().filter(name -> id.apply(name).equals(nameOrId)).findFirst();
        return found.orElse(nameOrId);
    }
}
