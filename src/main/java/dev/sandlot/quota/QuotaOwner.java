package dev.sandlot.quota;

import dev.sandlot.auth.WorkspaceId;
import java.util.Comparator;
import java.util.Optional;

/** Whose a quota is: an organization's, for all of its workspaces together, or a single workspace's. */
public record QuotaOwner(String org, Optional<String> workspace) {
    /** Organizations by name, each before its workspaces. */
    static final Comparator<QuotaOwner> BY_NAME =
            Comparator.comparing(QuotaOwner::org).thenComparing(owner -> owner.workspace.orElse(""));

    public QuotaOwner {
        requireSlug(org);
        workspace.ifPresent(QuotaOwner::requireSlug);
    }

    private static void requireSlug(String name) {
        if (!WorkspaceId.SLUG.matcher(name).matches()) {
            throw new IllegalArgumentException("an owner must be org, or org/workspace");
        }
    }

    /** Of {@code org} or {@code org/workspace}. */
    static QuotaOwner parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new QuotaOwner(text, Optional.empty())
                : new QuotaOwner(text.substring(0, slash), Optional.of(text.substring(slash + 1)));
    }
}
