package dev.sandlot.environment;

import static java.util.Objects.requireNonNull;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.ApiPath;
import dev.sandlot.http.UuidText;
import dev.sandlot.log.Request;
import jakarta.ws.rs.PathParam;
import java.net.URI;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The path of an operation on environments, or on what is in them, and what is wrong with it. */
public class EnvironmentPath {
    @PathParam("org")
    private String org = "";

    @PathParam("workspace")
    private String workspace = "";

    @PathParam("environment_id")
    private @Nullable String environmentId;

    @PathParam("execution_id")
    private @Nullable String executionId;

    public WorkspaceId workspace() {
        return new WorkspaceId(org, workspace);
    }

    /** Tells what is wrong with it. */
    public void check(Faults faults) {
        workspace().check(faults);
        checkEnvironment(faults);
        if (isUuid("execution_id", executionId, faults)) {
            Request.isAboutExecution(execution());
        }
    }

    private void checkEnvironment(Faults faults) {
        if (isUuid("environment_id", environmentId, faults)) {
            Request.isAbout(environment());
        }
    }

    /** Whether it is there and is one. */
    private static boolean isUuid(String name, @Nullable String text, Faults faults) {
        boolean good = UuidText.parse(text).isPresent();
        if (text != null && !good) {
            faults.wrongType("a uuid", "path", name);
        }
        return good;
    }

    /** Throws VALIDATION for what is wrong with it, where nothing else can be wrong with the request. */
    public void requireGood() {
        Faults faults = new Faults();
        check(faults);
        faults.throwIfAny();
    }

    /** The environment's id; after {@link #check}, where the path has one. */
    public UUID environment() {
        return UUID.fromString(requireNonNull(environmentId));
    }

    /** The environment's id, where nothing else of the path can be wrong; throws VALIDATION for what is no id. */
    public UUID requireEnvironment() {
        Faults faults = new Faults();
        checkEnvironment(faults);
        faults.throwIfAny();
        return environment();
    }

    /** The execution's id; after {@link #check}, where the path has one. */
    public UUID execution() {
        return UUID.fromString(requireNonNull(executionId));
    }

    /** Within which a client's names for its requests are one: the environment, or the workspace where there is none. */
    public String scope() {
        return environmentId == null ? workspace().toString() : environmentId.toLowerCase(Locale.ROOT);
    }

    /** The address of an environment of this workspace. */
    public URI uri(UUID environment) {
        return URI.create(ApiPath.ROOT + "/org/" + org + "/ws/" + workspace + "/environments/" + environment);
    }

    /** The address of an execution of this path's environment. */
    public URI executionUri(UUID execution) {
        return URI.create(uri(environment()) + "/executions/" + execution);
    }
}
