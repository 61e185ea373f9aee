package dev.sandlot.environment;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.util.UUID;
import java.util.regex.Pattern;

/** The part of the path that all operations on environments share, and the way in through it. */
public class EnvironmentPath {
    private static final UUID NONE = new UUID(0, 0);
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @PathParam("org")
    private String org = "";

    @PathParam("workspace")
    private String workspace = "";

    public WorkspaceId workspace() {
        return new WorkspaceId(org, workspace);
    }

    /** The caller, who must be a member of the workspace. */
    public Caller enter(SecurityContext security) {
        Caller caller = Caller.of(security);
        caller.requireMember(workspace());
        return caller;
    }

    /** Where an environment of this workspace is. */
    public URI uri(UUID environment) {
        return URI.create("/api/v1/org/" + org + "/ws/" + workspace + "/environments/" + environment);
    }

    /** A path's id; a fault is told for what is none. */
    public static UUID uuid(String name, String text, Faults faults) {
        if (!UUID_FORM.matcher(text).matches()) {
            faults.wrongType("a uuid", "path", name);
            return NONE;
        }
        return UUID.fromString(text);
    }
}
