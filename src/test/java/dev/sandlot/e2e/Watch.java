package dev.sandlot.e2e;

import dev.sandlot.e2e.Victim.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** The victim does what it does, side by side, for a while; each time is kept, and each failure. */
final class Watch {
    private static final Map<List<Lane>, Duration> SIDE_BY_SIDE = Map.of(
            List.of(Lane.EXECUTE), Duration.ofMillis(15),
            List.of(Lane.PROVISION), Duration.ofMillis(400),
            List.of(Lane.READ, Lane.SERVICE, Lane.EVENTS), Duration.ofMillis(150));
    private static final Duration BETWEEN_PULLS = Duration.ofMillis(400);

    private final Victim victim;
    private final Map<Lane, Samples> times = new EnumMap<>(Lane.class);
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    private Watch(Victim victim) {
        this.victim = victim;
        for (Lane lane : Lane.values()) {
            times.put(lane, new Samples());
        }
    }

    /** What was seen. */
    record Seen(Map<Lane, Samples> times, List<String> errors) {
        /** How many of each kind. */
        Map<String, Long> kinds() {
            return errors.stream().collect(Collectors.groupingBy(error -> error, TreeMap::new, Collectors.counting()));
        }
    }

    /** Returns when the span is over and what was begun has its end. */
    static Seen over(Span span, Victim victim, boolean pulls) throws Exception {
        Watch watch = new Watch(victim);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> all = new ArrayList<>();
            SIDE_BY_SIDE.forEach((lanes, pause) -> all.add(threads.submit(() -> watch.go(span, lanes, pause))));
            if (pulls) {
                all.add(threads.submit(() -> watch.go(span, List.of(Lane.PULL), BETWEEN_PULLS)));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return new Seen(watch.times, List.copyOf(watch.errors));
        } finally {
            threads.shutdownNow();
        }
    }

    private Void go(Span span, List<Lane> lanes, Duration pause) throws InterruptedException {
        while (!span.isOver()) {
            for (Lane lane : lanes) {
                perform(lane);
                span.pause(pause);
            }
        }
        return null;
    }

    private void perform(Lane lane) throws InterruptedException {
        try {
            times.get(lane).add(victim.perform(lane));
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception | AssertionError failed) {
            errors.add(lane + ": " + String.valueOf(failed.getMessage()).replaceAll("\\s+", " "));
        }
    }
}
