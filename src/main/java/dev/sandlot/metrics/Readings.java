package dev.sandlot.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the gauges show at one moment. */
public final class Readings {
    private final Map<Gauge, Map<String, Double>> values = new LinkedHashMap<>();

    /** Of a gauge without a label. */
    public void set(Gauge gauge, double value) {
        set(gauge, "", value);
    }

    /** Of that word of its label. */
    public void set(Gauge gauge, String word, double value) {
        values.computeIfAbsent(gauge, first -> new LinkedHashMap<>()).put(word, value);
    }

    /** A count, of a gauge without a label. */
    public void set(Gauge gauge, long count) {
        set(gauge, "", (double) count);
    }

    /** A count of that word of its label. */
    public void set(Gauge gauge, String word, long count) {
        set(gauge, word, (double) count);
    }

    void write(Gauge gauge, TextFormat to) {
        Map<String, Double> read = values.getOrDefault(gauge, Map.of());
        if (!read.isEmpty()) {
            to.begin(gauge.family(), gauge.type());
            read.forEach((word, value) ->
                    to.sample(gauge.family(), "", value, gauge.family().label(), word));
        }
    }
}
