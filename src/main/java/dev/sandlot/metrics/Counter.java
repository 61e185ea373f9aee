package dev.sandlot.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** A number that only grows; where it has a label, one for each of its words. */
public final class Counter implements Metric {
    /** In whose place a word is counted that is not known: nobody's text becomes a series. */
    static final String OTHER = "other";

    private final Family family;
    private final Map<String, LongAdder> byWord = new LinkedHashMap<>();
    private final LongAdder rest = new LongAdder();

    Counter(Family family, List<String> words) {
        this.family = family;
        words.forEach(word -> byWord.put(word, new LongAdder()));
        byWord.put(family.label().isEmpty() ? "" : OTHER, rest);
    }

    /** One more, of a counter without a label. */
    public void count() {
        add("", 1);
    }

    /** One more of these. */
    public void count(String word) {
        add(word, 1);
    }

    /** So many more, of a counter without a label. */
    public void add(long more) {
        add("", more);
    }

    /** More of those with that word. */
    public void add(String word, long more) {
        byWord.getOrDefault(word, rest).add(more);
    }

    @Override
    public void write(TextFormat to) {
        to.begin(family, "counter");
        byWord.forEach((word, count) -> to.sample(family, "", (double) count.sum(), family.label(), word));
    }
}
