package dev.sandlot.ops;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.Config;

/** What a developer reads when a server comes up in development mode: a line to paste. */
final class DevelopmentBanner {
    private static final Logger LOG = Logger.getLogger(DevelopmentBanner.class.getName());

    private final String base;

    DevelopmentBanner(Config config) {
        this.base = "http://" + config.getValue("sandlot.http.host", String.class) + ":"
                + config.getValue("sandlot.http.port", String.class) + "/api/v1/org/dev/ws/main/environments";
    }

    void print(String token) {
        LOG.log(Level.INFO, "{0}", text(token));
    }

    /** Provisions an environment and runs a command in it, with nothing but a shell, curl and sed. */
    private String text(String token) {
        return """
                Sandlot is ready, in development mode: its tokens are its own, and it listens on loopback only.
                Paste this into a shell:

                JWT=%s
                E=$(curl -s %s -H "Authorization: Bearer $JWT" -H 'Content-Type: application/json' -d '{"task_ref":"shell"}') \\
                && curl -s "%s/$(echo "$E" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')/execute" \\
                   -H "Authorization: Bearer $JWT" -H "X-Environment-Token: $(echo "$E" | sed 's/.*"execute_token":"\\([^"]*\\)".*/\\1/')" \\
                   -H 'Content-Type: application/json' -d '{"command":"echo hello from $(hostname); id"}'
                """
                .formatted(token, base, base);
    }
}
