package dev.sandlot.metrics;

/**
 * What the samples of one name have in common.
 *
 * @param label the name of their label; empty: they have none
 */
record Family(String name, String help, String label) {
    Family {
        if (!name.matches("[a-z][a-z0-9_]*") || !label.matches("[a-z_]*")) {
            throw new IllegalArgumentException("no name for a metric: " + name + " " + label);
        }
    }
}
