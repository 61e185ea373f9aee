package dev.sandlot.e2e;

import dev.sandlot.e2e.Mallory.Foothold;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.util.List;

/** By servers in sandboxes. */
final class ServiceAttacks {
    private static final String ECHO = "exec busybox nc -ll -p $PORT -e /bin/cat";

    private ServiceAttacks() {}

    static List<Attack> all(Scale scale) {
        String noisy = "for i in 1 2; do yes a line of a log & done; " + ECHO;
        return List.of(
                new EarlyHints(9, 60),
                new Services("many services", scale.pick(6, 24), services(8, ECHO)),
                new Services("log lines", scale.pick(2, 4), services(1, noisy)));
    }

    private static JsonObjectBuilder services(int count, String command) {
        JsonObjectBuilder services = Json.createObjectBuilder();
        for (int i = 0; i < count; i++) {
            services.add("s" + i, service(command, 8000 + i));
        }
        return Json.createObjectBuilder().add("services", services);
    }

    private static JsonObjectBuilder service(String command, int port) {
        return Json.createObjectBuilder()
                .add("command", command.replace("$PORT", Integer.toString(port)))
                .add("port", port)
                .add("restart", "always");
    }

    /** They are there, and that is enough. */
    private record Services(String name, int environments, JsonObjectBuilder definition) implements Attack {
        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.publish(task(), "1.0.0", definition);
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            mallory.settle(environments, task());
            span.await();
        }
    }

    /** A service that is about to answer, for ever. */
    private record EarlyHints(int environments, int requestsEach) implements Attack {
        private static final String SCRIPT =
                "#!/bin/sh\nwhile printf 'HTTP/1.1 103 Early Hints\\r\\n\\r\\n'; do sleep 2; done\n";

        @Override
        public String name() {
            return "early hints";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            JsonObjectBuilder script =
                    Json.createObjectBuilder().add("content", SCRIPT).add("mode", "0755");
            JsonObjectBuilder service = service("exec busybox nc -ll -p $PORT -e /opt/hint", 8000);
            mallory.publish(
                    task(),
                    "1.0.0",
                    Json.createObjectBuilder()
                            .add("services", Json.createObjectBuilder().add("web", service))
                            .add("files", Json.createObjectBuilder().add("/opt/hint", script)));
            mallory.settle(environments, task());
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            try (Wires wires = mallory.wires()) {
                for (int i = 0; i < requestsEach; i++) {
                    for (Foothold foothold : mallory.footholds()) {
                        wires.say(request(mallory, foothold));
                    }
                }
                span.await();
            }
        }

        private static String request(Mallory mallory, Foothold foothold) {
            return "GET /_services/" + foothold.environment().id() + "/web/ HTTP/1.1\r\nHost: "
                    + mallory.server().getAuthority() + "\r\nAuthorization: Bearer "
                    + foothold.environment().token() + "\r\n\r\n";
        }
    }
}
