package dev.sandlot.keys;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Role;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.scopes.Scopes;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The body of a request for a key. */
final class KeyRequest {
    private static final int NAME_MAX = 128;
    private static final int SCOPES_MAX = 64;
    private static final int WORKSPACES_MAX = 32_768;

    private final Caller maker;
    private final Scopes scopes;
    private final JsonBody body;
    private final Faults faults;

    KeyRequest(Caller maker, Scopes scopes, JsonBody body, Faults faults) {
        this.maker = maker;
        this.scopes = scopes;
        this.body = body;
        this.faults = faults;
    }

    /**
     * What is to be made.
     *
     * @throws ApiException VALIDATION for all that is wrong with it; FORBIDDEN for more than its maker has
     */
    WantedKey read(Instant now) {
        String name = body.requiredString("name");
        if (name.length() > NAME_MAX) {
            faults.badValue("Must be at most " + NAME_MAX + " characters", "body", "name");
        }
        body.requireStorable("name");
        boolean selfRevoke = body.flag("allow_self_revoke");
        Optional<Instant> expires = expires(now);
        Optional<Set<String>> roles = roles();
        Optional<String> org = scope("org_id");
        Optional<String> workspace = scope("workspace_id");
        if (workspace.isPresent() && !body.has("org_id")) {
            faults.missing("body", "org_id");
        }
        faults.throwIfAny();
        Grant grant = roles.map(this::withRoles).orElseGet(() -> Grant.of(maker));
        Grant within = org.map(one -> within(grant, one, workspace)).orElse(grant);
        if (ApiKeyTable.write(within.workspaces()).length() > WORKSPACES_MAX) {
            faults.badValue("Name one: your token has too many for a key", "body", "org_id");
        }
        faults.throwIfAny();
        return new WantedKey(name, within, selfRevoke, expires);
    }

    private Optional<Instant> expires(Instant now) {
        Optional<String> text = body.string("expires_at");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Instant moment = Instant.parse(text.get());
            if (moment.isAfter(now)) {
                return Optional.of(moment);
            }
            faults.badValue("Must be in the future", "body", "expires_at");
        } catch (DateTimeException unfit) {
            faults.wrongType("a time such as 2030-01-01T00:00:00Z", "body", "expires_at");
        }
        return Optional.empty();
    }

    /** Empty where the key is to have all roles; nobody means that by an empty list. */
    private Optional<Set<String>> roles() {
        if (!body.has("allowed_scopes")) {
            return Optional.empty();
        }
        List<String> words = body.stringList("allowed_scopes", SCOPES_MAX);
        if (words.isEmpty() && faults.isEmpty()) {
            faults.badValue("Must have at least 1", "body", "allowed_scopes");
        }
        for (int i = 0; i < words.size(); i++) {
            if (!Role.KNOWN.contains(words.get(i))) {
                faults.badValue("Must be one of " + String.join(", ", Role.KNOWN), "body", "allowed_scopes", i);
            } else if (words.get(i).equals(Role.ADMIN) && isNarrowed()) {
                faults.badValue("A key within an organization can't be admin", "body", "allowed_scopes", i);
            }
        }
        return Optional.of(new HashSet<>(words));
    }

    private boolean isNarrowed() {
        return body.has("org_id") || body.has("workspace_id");
    }

    private Grant withRoles(Set<String> scopes) {
        if (!scopes.stream().allMatch(maker::hasRole)) {
            throw ApiException.forbidden();
        }
        return Grant.of(maker).withRoles(scopes);
    }

    /** A name or an id. */
    private Optional<String> scope(String member) {
        Optional<String> text = body.string(member);
        text.filter(one -> !WorkspaceId.SLUG.matcher(one).matches())
                .ifPresent(unfit -> faults.badValue("Must be a name or an id", "body", member));
        return text;
    }

    private Grant within(Grant grant, String org, Optional<String> workspace) {
        String name = scopes.organization(maker, org);
        Grant within = grant.within(name, workspace.map(one -> scopes.workspace(maker, name, one)));
        if (within.workspaces().isEmpty()) {
            throw ApiException.forbidden();
        }
        return within;
    }
}
