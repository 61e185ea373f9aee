package dev.sandlot.cli;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where, and as whom.
 *
 * @param workspace {@code org/workspace}
 * @param secret a key or a token
 */
record Profile(URI server, String workspace, String secret) {
    private static final String KEY = "dn_key_";

    Profile {
        if (!workspace.matches("[a-z0-9-]+/[a-z0-9-]+")) {
            throw new Failure(Failure.FAILED, "A workspace is written ORG/WORKSPACE, not " + workspace);
        }
        if (server.getHost() == null || !String.valueOf(server.getScheme()).matches("https?")) {
            throw new Failure(Failure.FAILED, "A server's address begins with http:// or https://");
        }
    }

    /** What was said wins over variables, and these over what login has kept. */
    static Profile find(Settings said, Map<String, String> variables, Keeping keeping) {
        Optional<JsonObject> login = keeping.login();
        String server = first(
                said.server == null ? null : said.server.toString(), variables.get("SANDLOT_SERVER"), login, "server");
        String workspace = first(said.workspace, variables.get("SANDLOT_WORKSPACE"), login, "workspace");
        // What is kept of a secret goes to the server that it is for, and to no other.
        Optional<JsonObject> ofServer = login.filter(kept -> server.equals(kept.getString("server", null)));
        String secret = first(null, variables.get("SANDLOT_KEY"), ofServer, "secret");
        return new Profile(URI.create(server), workspace, secret);
    }

    private static String first(
            @Nullable String said, @Nullable String variable, Optional<JsonObject> login, String kept) {
        if (said != null) {
            return said;
        }
        if (variable != null && !variable.isEmpty()) {
            return variable;
        }
        return login.map(known -> known.getString(kept, null))
                .orElseThrow(() -> new Failure(
                        Failure.FORBIDDEN,
                        "Log in to that server first (sandlot login SERVER), or set SANDLOT_SERVER,"
                                + " SANDLOT_WORKSPACE and SANDLOT_KEY"));
    }

    JsonObject toJson() {
        return Json.createObjectBuilder()
                .add("server", server.toString())
                .add("workspace", workspace)
                .add("secret", secret)
                .build();
    }

    /** The header in which the secret goes, and its value. */
    Map.Entry<String, String> credential() {
        return secret.startsWith(KEY) ? Map.entry("X-API-Key", secret) : Map.entry("Authorization", "Bearer " + secret);
    }

    String org() {
        return workspace.substring(0, workspace.indexOf('/'));
    }

    /** The address of the workspace's environments, or of what is below them. */
    URI environments(String below) {
        return api(
                "/org/" + org() + "/ws/" + workspace.substring(workspace.indexOf('/') + 1) + "/environments" + below);
    }

    /** An address below the API's root. */
    URI api(String path) {
        return URI.create(server.toString().replaceFirst("/+$", "") + "/api/v1" + path);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return workspace + " of " + server;
    }
}
