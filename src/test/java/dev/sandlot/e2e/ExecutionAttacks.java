package dev.sandlot.e2e;

import dev.sandlot.e2e.Mallory.Foothold;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** On what executions share: places, records, room for outputs, threads that write answers. */
final class ExecutionAttacks {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String TEXT = "x".repeat(1_000_000);

    private ExecutionAttacks() {}

    static List<Attack> all(Scale scale) {
        return List.of(
                Flood.inside("records", 8, scale.pick(80, 400), 4, (foothold, number) -> foothold.command(": " + TEXT)),
                Flood.inside(
                        "outputs",
                        4,
                        scale.pick(12, 80),
                        4,
                        (foothold, number) -> foothold.command("yes | head -c 67108864")),
                new EndlessOutput(scale.pick(4, 8)),
                Flood.inside(
                        "idempotency keys",
                        4,
                        scale.pick(1_000, 10_000),
                        2,
                        (foothold, number) -> foothold.command("true").header("Idempotency-Key", "key-" + number)),
                new Permits(scale.pick(96, 640)),
                new Followers(scale.pick(80, 700)),
                new SlowReaders(scale.pick(60, 300)));
    }

    private static Optional<Foothold> first(Mallory mallory) {
        return mallory.footholds().stream().findFirst();
    }

    private static HttpRequest.Builder inBackground(HttpRequest.Builder request) {
        return request.header("Prefer", "respond-async");
    }

    /** Commands that print for ever, whether it is kept or not. */
    private record EndlessOutput(int commands) implements Attack {
        @Override
        public String name() {
            return "endless output";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.settle(4, "shell");
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            List<Foothold> footholds = mallory.footholds();
            for (int i = 0; i < commands && !footholds.isEmpty(); i++) {
                mallory.ask(inBackground(footholds.get(i % footholds.size()).command("yes")));
            }
            span.await();
        }
    }

    /** Executions that do nothing, as many as there are places for. */
    private record Permits(int most) implements Attack {
        private static final int PER_ENVIRONMENT = 16;

        @Override
        public String name() {
            return "execution permits";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.settle(most / PER_ENVIRONMENT, "shell");
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            List<Foothold> footholds = mallory.footholds();
            if (!footholds.isEmpty()) {
                mallory.shoot(
                        4,
                        span,
                        most,
                        number -> inBackground(
                                footholds.get(number % footholds.size()).command("sleep 600")));
            }
            span.await();
        }
    }

    /** Clients that follow one silent execution as events. */
    private record Followers(int connections) implements Attack {
        @Override
        public String name() {
            return "event streams";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.settle(1, "shell");
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            Optional<String> output = first(mallory).isEmpty()
                    ? Optional.empty()
                    : output(mallory, inBackground(first(mallory).get().command("sleep 600")));
            if (output.isPresent()) {
                String request = mallory.text(output.get(), "Accept: text/event-stream\r\n");
                hold(mallory, span, connections, request);
            }
        }
    }

    /** Clients that take an output a byte a second. */
    private record SlowReaders(int connections) implements Attack {
        @Override
        public String name() {
            return "slow readers";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.settle(1, "shell");
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            Optional<String> output = first(mallory).isEmpty()
                    ? Optional.empty()
                    : output(mallory, first(mallory).get().command("yes | head -c 33554432"));
            if (output.isPresent()) {
                hold(mallory, span, connections, mallory.text(output.get(), ""));
            }
        }
    }

    /** Where the output of an execution is, once it has begun or ended. */
    private static Optional<String> output(Mallory mallory, HttpRequest.Builder execute) throws InterruptedException {
        return mallory.ask(execute)
                .map(answer -> answer.header("X-Execution-Id"))
                .filter(id -> !id.isEmpty())
                .flatMap(id -> first(mallory).map(foothold -> foothold.path("/executions/" + id + "/output")));
    }

    private static void hold(Mallory mallory, Span span, int connections, String request) throws InterruptedException {
        try (Wires wires = mallory.wires()) {
            for (int i = 0; i < connections && !span.isOver(); i++) {
                wires.say(request);
            }
            while (!span.isOver()) {
                wires.sip();
                span.pause(PAUSE);
            }
        }
    }
}
