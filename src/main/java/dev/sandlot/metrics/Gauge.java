package dev.sandlot.metrics;

/** A number that goes up and down, or that others count. It is read when somebody asks ({@link Readings}). */
public final class Gauge {
    private final Family family;
    private final String type;

    Gauge(Family family, String type) {
        this.family = family;
        this.type = type;
    }

    Family family() {
        return family;
    }

    String type() {
        return type;
    }
}
