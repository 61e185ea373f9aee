package dev.sandlot.bench;

import java.util.List;

/** A figure for each number of clients, for some ways to run a command. All are positive. */
record Panel(String title, List<Double> clients, List<Series> series) {
    Panel {
        clients = List.copyOf(clients);
        series = List.copyOf(series);
        for (Series one : series) {
            if (one.values().size() != clients.size()) {
                throw new IllegalArgumentException(
                        one.name() + " has " + one.values().size() + " values");
            }
        }
    }

    /** The figures of one way. */
    record Series(String name, List<Double> values) {
        Series {
            values = List.copyOf(values);
        }
    }
}
