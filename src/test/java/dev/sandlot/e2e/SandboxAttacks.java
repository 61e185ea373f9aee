package dev.sandlot.e2e;

import dev.sandlot.e2e.Mallory.Foothold;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** On the host, by commands in sandboxes. */
final class SandboxAttacks {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private SandboxAttacks() {}

    static List<Attack> all(Scale scale) {
        JsonObject usual = JsonObject.EMPTY_JSON_OBJECT;
        JsonObject endless = Json.createObjectBuilder()
                .add("memory", "900Ti")
                .add("disk", "900Ti")
                .add("pids", 4_000_000)
                .add("cpu", 1024)
                .add("open_files", 1_000_000)
                .build();
        int mebibytes = scale.pick(1280, 4096);
        int few = scale.pick(4, 6);
        return List.of(
                new Commands(
                        "memory",
                        usual,
                        scale.pick(6, 5),
                        "head -c 2G /dev/zero > /workspace/fill; while sleep 0.2; do tail /dev/zero; done"),
                new Commands(
                        "a task's own limits",
                        endless,
                        1,
                        "head -c " + mebibytes + "M /dev/zero > /workspace/fill; sleep 600"),
                new Commands(
                        "files",
                        usual,
                        few,
                        "cd /workspace; i=0; while mkdir $i && (cd $i && seq 2000 | xargs touch); do i=$((i+1)); done"
                                + " 2>/dev/null; sleep 600"),
                new Commands("processes", usual, few, "b() { b | b & }; b 2>/dev/null; sleep 0.2"),
                new Commands("processors", usual, few, "for i in 1 2 3 4; do while :; do :; done & done; wait"));
    }

    /** A command in each of some environments, again when it ends. */
    private record Commands(String name, JsonObject limits, int environments, String command) implements Attack {
        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.publish(task(), "1.0.0", Json.createObjectBuilder().add("limits", limits));
            mallory.settle(environments, task());
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            List<Foothold> footholds = mallory.footholds();
            if (!footholds.isEmpty()) {
                mallory.together(footholds.size(), span, Integer.MAX_VALUE, number -> {
                    Foothold foothold = footholds.get(number % footholds.size());
                    BooleanSupplier answered = mallory.begin(foothold.command(command));
                    while (!answered.getAsBoolean() && !span.isOver()) {
                        span.pause(PAUSE);
                    }
                    span.pause(PAUSE);
                });
            }
        }
    }
}
