package dev.sandlot.auth;

import dev.sandlot.errors.Faults;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/** A tenant: a workspace of an organization, both slugs of at most 63 characters. */
public record WorkspaceId(String org, String workspace) {
    /** The form of both names. */
    public static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** What a token or a key says of one who is a member of every workspace. */
    static final String ALL = "*/*";

    /** The organization's id, which is always the same. */
    public static UUID orgId(String org) {
        return UUID.nameUUIDFromBytes(("org " + org).getBytes(StandardCharsets.UTF_8));
    }

    /** The workspace's id, which is always the same. */
    public UUID id() {
        return UUID.nameUUIDFromBytes(("workspace " + this).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether both names are slugs. */
    public boolean isWellFormed() {
        return SLUG.matcher(org).matches() && SLUG.matcher(workspace).matches();
    }

    /** Tells faults at {@code path} for a name that is no slug. */
    public void check(Faults faults) {
        checkSlug("org", org, faults);
        checkSlug("workspace", workspace, faults);
    }

    /** The same for one name. */
    public static void checkSlug(String member, String name, Faults faults) {
        if (!SLUG.matcher(name).matches()) {
            faults.badValue("Must be 1 to 63 of a-z, 0-9 and -, and not begin with -", "path", member);
        }
    }

    @Override
    public String toString() {
        return org + "/" + workspace;
    }
}
