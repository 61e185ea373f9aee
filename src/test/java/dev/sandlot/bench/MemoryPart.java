package dev.sandlot.bench;

import java.util.ArrayList;
import java.util.List;

/** What idle environments take of the host's memory, as counted in three ways. */
final class MemoryPart implements Part {
    private static final int[] COUNTS = {10, 100, 1000};
    /** What one may take, in KiB, for the host not to run short. */
    private static final long EACH_MOST = 4 * 1024;

    /** In KiB. */
    private record Reading(long processes, long group, long server, long host) {
        static Reading of(Processes processes) throws Exception {
            return new Reading(
                    processes.keepersPss(),
                    processes.sandboxes().orElse(0L),
                    processes.serverRss(),
                    Processes.total() - Processes.available());
        }
    }

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Processes processes = Processes.of(subject);
        // The folders of their groups and all that is made once are there by then.
        subject.delete(subject.create(1));
        Reading before = Reading.of(processes);
        List<Subject.Environment> made = new ArrayList<>();
        Table.Builder table = new Table.Builder(
                "Memory of an idle environment, KiB",
                "environments",
                "PSS of its processes",
                "charged to its groups",
                "host's, less the server's");
        try {
            for (int count : COUNTS) {
                if (Processes.available() < count * EACH_MOST) {
                    report.note(count + " environments were left out: too little memory is free");
                    continue;
                }
                made.addAll(subject.create(count - made.size()));
                row(table, count, before, Reading.of(processes));
            }
            report.add(table.build());
        } finally {
            subject.delete(made);
        }
        if (processes.sandboxes().isEmpty()) {
            report.note("No group of the server counts memory on this host.");
        }
    }

    private static void row(Table.Builder table, int count, Reading before, Reading now) {
        double host = now.host - before.host - (now.server - before.server);
        table.row(
                Integer.toString(count),
                (double) (now.processes - before.processes) / count,
                now.group == 0 ? Double.NaN : (double) (now.group - before.group) / count,
                host / count);
    }
}
