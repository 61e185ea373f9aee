package dev.sandlot.metrics;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long something takes; where it has a label, of each of its words. */
public final class Histogram implements Metric {
    private final Family family;
    private final Map<String, Buckets> byWord = new LinkedHashMap<>();
    private final Buckets rest = new Buckets();

    Histogram(Family family, List<String> words) {
        this.family = family;
        words.forEach(word -> byWord.put(word, new Buckets()));
        byWord.put(family.label().isEmpty() ? "" : Counter.OTHER, rest);
    }

    /** It took so long. */
    public void record(Duration took) {
        recordNanos("", took.toNanos());
    }

    /** It took that long. */
    public void recordNanos(long took) {
        recordNanos("", took);
    }

    /** One of these took that long. */
    public void recordNanos(String word, long took) {
        byWord.getOrDefault(word, rest).record(took);
    }

    @Override
    public void write(TextFormat to) {
        to.begin(family, "histogram");
        byWord.forEach((word, buckets) -> buckets.write(to, family, word));
    }
}
