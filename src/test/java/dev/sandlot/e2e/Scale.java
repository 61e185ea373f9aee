package dev.sandlot.e2e;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of everything the noisy neighbours do. The short form is for every build: its server is small, so that bounds
 * are reached soon. The long one ({@code -Dsandlot.neighbours=long}) has a server with its defaults, lasts, and holds the
 * victim's times against those that it has alone.
 */
enum Scale {
    SHORT(Duration.ofSeconds(2), Duration.ofSeconds(4), 96, 1024, 512),
    LONG(Duration.ofSeconds(15), Duration.ofSeconds(30), 192, 3072, 2048);

    private static final String PROPERTY = "sandlot.neighbours";

    /** How long an attack lasts once it is prepared. */
    final Duration span;

    final Duration warmUp;
    /** What an attack may leave on the server's heap, in MiB. */
    final long heapGrowthMax;
    /** What all sandboxes may take together, in MiB. */
    final long sandboxesMax;
    /** How much an attack may take of the server's disk, in MiB. */
    final long dataMax;

    Scale(Duration span, Duration warmUp, long heapGrowthMax, long sandboxesMax, long dataMax) {
        this.span = span;
        this.warmUp = warmUp;
        this.heapGrowthMax = heapGrowthMax;
        this.sandboxesMax = sandboxesMax;
        this.dataMax = dataMax;
    }

    static Scale chosen() {
        return switch (System.getProperty(PROPERTY, "short")) {
            case "short" -> SHORT;
            case "long" -> LONG;
            default -> throw new IllegalArgumentException(PROPERTY + " must be short or long");
        };
    }

    int pick(int shortly, int atLength) {
        return this == SHORT ? shortly : atLength;
    }

    /** Of the server. Registries apart, the long form has its defaults; the heap is what a small host would give it. */
    Map<String, String> settings(String registries) {
        Map<String, String> settings = new HashMap<>();
        settings.put("SANDLOT_REGISTRIES", registries);
        settings.put("JVM_ARGS", this == SHORT ? "-Xmx512m" : "-Xmx1g");
        if (this == SHORT) {
            settings.putAll(Map.of(
                    "SANDLOT_LIMIT_MEMORY_MIB", "128",
                    "SANDLOT_LIMIT_DISK_MIB", "64",
                    "SANDLOT_MEMORY_BUDGET_MIB", "8192",
                    "SANDLOT_BODIES_MIB", "32",
                    "SANDLOT_PUBLISHED_MIB_PER_ORG", "16",
                    "SANDLOT_KEPT_MIB_PER_ENVIRONMENT", "96",
                    "SANDLOT_KEPT_MIB_PER_ORG", "256"));
            settings.putAll(Map.of(
                    "SANDLOT_UID_RANGES", "64",
                    "SANDLOT_ENVIRONMENTS_PER_SERVER", "64",
                    "SANDLOT_ENVIRONMENTS_PER_WORKSPACE", "32",
                    "SANDLOT_EXECUTIONS_PER_SERVER", "64",
                    "SANDLOT_EXECUTIONS_PER_WORKSPACE", "32",
                    "SANDLOT_STREAMS_PER_SERVER", "32"));
        }
        return settings;
    }
}
