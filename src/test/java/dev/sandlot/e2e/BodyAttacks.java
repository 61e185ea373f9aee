package dev.sandlot.e2e;

import jakarta.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** On the server's heap, processors and threads, by what requests carry. */
final class BodyAttacks {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String NOWHERE = "/00000000-0000-4000-8000-000000000000/execute";

    private BodyAttacks() {}

    static List<Attack> all(Scale scale) {
        String items = "{\"command\":\"true\",\"x\":[" + "\"\",".repeat(2_700_000) + "\"\"]}";
        String secrets = "{\"task_ref\":\"shell\",\"secret_ids\":[" + "\"\",".repeat(1_300_000) + "\"\"]}";
        return List.of(
                new Flood(
                        "large bodies",
                        8,
                        scale.pick(64, 400),
                        0,
                        (mallory, number) -> mallory.workspace(number)
                                .postRequest(NOWHERE, items, Map.of("X-Environment-Token", "none"))),
                new Flood(
                        "faults",
                        2,
                        scale.pick(2, 12),
                        0,
                        (mallory, number) -> mallory.workspace(number).postRequest("", secrets, Map.of())),
                new Placeholders(scale.pick(2, 8)),
                new SlowBodies(scale.pick(60, 300)));
    }

    /** An instruction that would be filled with hundreds of gigabytes. */
    private record Placeholders(int most) implements Attack {
        private static final int PLACES = 200_000;
        private static final int LENGTH = 3_000_000;

        @Override
        public String name() {
            return "placeholders";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.publish(task(), "1.0.0", Json.createObjectBuilder().add("instruction", "{{a}}".repeat(PLACES)));
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            String body = "{\"task_ref\":\"" + task() + "\",\"inputs\":{\"a\":\"" + "x".repeat(LENGTH) + "\"}}";
            mallory.shoot(2, span, most, number -> mallory.workspace(number).postRequest("", body, Map.of()));
        }
    }

    /** Bodies that come byte by byte. */
    private record SlowBodies(int connections) implements Attack {
        @Override
        public String name() {
            return "slow bodies";
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            String request = mallory.text(
                            mallory.workspace(0).path(NOWHERE),
                            "Content-Type: application/json\r\nX-Environment-Token: none\r\nContent-Length: 1000\r\n")
                    .replaceFirst("GET", "POST");
            try (Wires wires = mallory.wires()) {
                for (int i = 0; i < connections && !span.isOver(); i++) {
                    wires.say(request + "{\"command\":");
                }
                while (!span.isOver()) {
                    wires.drip();
                    span.pause(PAUSE);
                }
            }
        }
    }
}
