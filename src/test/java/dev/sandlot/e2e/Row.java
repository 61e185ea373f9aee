package dev.sandlot.e2e;

import dev.sandlot.e2e.Victim.Lane;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One line of the table.
 *
 * @param answers that the attacker got: how many of which status
 * @param remark what else has happened; empty when nothing has
 */
record Row(String attack, Watch.Seen seen, Gauge.Reading memory, String answers, String remark) {
    private static final List<String> HEAD = List.of(
            String.format(
                    "%-24s %15s %15s %7s %7s %7s %7s %6s %11s %9s %6s %6s  %s",
                    "the victim's times in ms",
                    "execute",
                    "provision",
                    "read",
                    "service",
                    "events",
                    "pull",
                    "",
                    "heap MiB",
                    "sandboxes",
                    "host",
                    "data",
                    ""),
            String.format(
                    "%-24s %7s %7s %7s %7s %7s %7s %7s %7s %6s %5s %5s %9s %6s %6s  %s",
                    "",
                    "p50",
                    "p99",
                    "p50",
                    "p99",
                    "p99",
                    "p99",
                    "p99",
                    "p99",
                    "errors",
                    "peak",
                    "kept",
                    "MiB",
                    "MiB",
                    "MiB",
                    "the attacker's answers"));

    Row with(String more) {
        String all = Stream.of(remark, more).filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
        return new Row(attack, seen, memory, answers, all);
    }

    /** Of a lane, in milliseconds. */
    double percentile(Lane lane, int percent) {
        return seen.times().get(lane).percentile(percent);
    }

    /** The whole table. */
    static String table(List<Row> rows) {
        return Stream.concat(HEAD.stream(), rows.stream().map(Row::line)).collect(Collectors.joining("\n"));
    }

    private String line() {
        return String.format(
                        Locale.ROOT,
                        "%-24s %7s %7s %7s %7s %7s %7s %7s %7s %6d %5d %5d %9d %6d %6d  %s",
                        attack,
                        time(Lane.EXECUTE, 50),
                        time(Lane.EXECUTE, 99),
                        time(Lane.PROVISION, 50),
                        time(Lane.PROVISION, 99),
                        time(Lane.READ, 99),
                        time(Lane.SERVICE, 99),
                        time(Lane.EVENTS, 99),
                        time(Lane.PULL, 99),
                        seen.errors().size(),
                        memory.heapPeak(),
                        memory.heapKept(),
                        memory.sandboxes(),
                        memory.host(),
                        memory.data(),
                        answers)
                + (remark.isEmpty() ? "" : "; the server: " + remark);
    }

    private String time(Lane lane, int percent) {
        double millis = percentile(lane, percent);
        return Double.isNaN(millis) ? "-" : String.format(Locale.ROOT, "%.1f", millis);
    }
}
