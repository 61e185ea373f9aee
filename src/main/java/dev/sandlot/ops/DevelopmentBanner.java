package dev.sandlot.ops;

import dev.sandlot.http.ApiPath;
import dev.sandlot.log.ServerLog;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a developer reads when a server comes up in development mode: a line to paste. */
final class DevelopmentBanner {
    private static final Logger LOG = ServerLog.of(DevelopmentBanner.class);

    private final String base;

    DevelopmentBanner(ServerConfig config) {
        this.base = config.base() + ApiPath.ROOT + "/org/dev/ws/main/environments";
    }

    void print(String token) {
        LOG.log(Level.INFO, "{0}", text(token));
    }

    /** One line that provisions an environment and runs a command in it, with nothing but a shell, curl and sed. */
    private String text(String token) {
        String post = "curl -s -H \"Authorization: Bearer $JWT\" -H 'Content-Type: application/json'";
        return "Sandlot is ready, in development mode: its tokens are its own, and it listens on loopback only. Paste this:\n"
                + "JWT=" + token + "; API=" + base + "; E=$(" + post + " $API -d '{\"task_ref\":\"shell\"}'); "
                + member("ID", "id") + member("TOKEN", "execute_token") + post
                + " $API/$ID/execute -H \"X-Environment-Token: $TOKEN\" -d '{\"command\":\"echo hello from $(hostname); id\"}'; echo";
    }

    private static String member(String variable, String name) {
        return variable + "=$(echo \"$E\" | sed 's/.*\"" + name + "\":\"\\([^\"]*\\)\".*/\\1/'); ";
    }
}
