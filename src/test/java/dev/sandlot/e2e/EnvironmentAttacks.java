package dev.sandlot.e2e;

import jakarta.json.Json;
import java.time.Duration;
import java.util.List;

/** On what the making of environments shares: places, user ids, pulls, the catalogue of tasks. */
final class EnvironmentAttacks {
    static final String PULLS = "pulls";

    private static final int HANDS = 4;

    private EnvironmentAttacks() {}

    static List<Attack> all(Scale scale, EndlessRegistry registry) {
        return List.of(
                new Scripts(scale.pick(32, 64), scale.pick(3, 12)),
                new Pulls(16, registry),
                new Environments(scale.pick(96, 320)),
                new Versions(scale.pick(40, 150), Duration.ofSeconds(scale.pick(10, 90))));
    }

    /** Scripts that take their time while an environment is made. */
    private record Scripts(int environments, int seconds) implements Attack {
        @Override
        public String name() {
            return "provision scripts";
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.publish(task(), "1.0.0", Json.createObjectBuilder().add("provision", "sleep " + seconds));
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            for (int i = 0; i < environments; i++) {
                mallory.begin(mallory.provision(i, task()));
            }
            span.await();
        }
    }

    /** Images that never come. */
    private record Pulls(int images, EndlessRegistry registry) implements Attack {
        @Override
        public String name() {
            return PULLS;
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            for (int i = 0; i < images; i++) {
                String image = registry.name() + "/endless:t" + i;
                mallory.publish(task() + i, "1.0.0", Json.createObjectBuilder().add("image", image));
            }
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            for (int i = 0; i < images; i++) {
                mallory.begin(mallory.provision(i, task() + i));
            }
            span.await();
            registry.giveUp();
        }
    }

    /** As many as are granted. */
    private record Environments(int most) implements Attack {
        @Override
        public String name() {
            return "environments";
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            mallory.shoot(HANDS, span, most, number -> mallory.provision(number, "shell"));
            span.await();
        }
    }

    /** Versions of a megabyte each, which nobody needs. */
    private record Versions(int most, Duration preparation) implements Attack {
        private static final String CONTENT = "x".repeat(1_000_000);

        @Override
        public String name() {
            return "task versions";
        }

        private void publish(Mallory mallory, int number) throws InterruptedException {
            mallory.publish(
                    task(),
                    "1.0." + number,
                    Json.createObjectBuilder()
                            .add("files", Json.createObjectBuilder().add("/x", CONTENT)));
        }

        @Override
        public void prepare(Mallory mallory) throws Exception {
            mallory.together(HANDS, new Span(preparation), most, number -> publish(mallory, number));
        }

        @Override
        public void rage(Mallory mallory, Span span) throws Exception {
            mallory.together(2, span, most, number -> publish(mallory, most + number));
        }
    }
}
