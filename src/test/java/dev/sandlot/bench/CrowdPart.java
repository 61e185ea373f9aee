package dev.sandlot.bench;

import java.util.ArrayList;
import java.util.List;

/** A thousand commands of thirty seconds at once: what each takes longer than that, and what the server takes meanwhile. */
final class CrowdPart implements Part {
    private static final int COMMANDS = 1000;
    private static final int PER_ENVIRONMENT = 10;
    private static final int SECONDS = 30;
    /** What one command and its share of an environment may take, in KiB. */
    private static final long EACH_MOST = 4 * 1024;

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        int commands = (int) Math.min(COMMANDS, Processes.available() / EACH_MOST);
        if (commands < COMMANDS) {
            report.note("Fewer commands at once than " + COMMANDS + ": too little memory is free");
        }
        Processes processes = Processes.of(subject);
        List<Subject.Environment> environments = subject.create(1 + (commands - 1) / PER_ENVIRONMENT);
        long rss = processes.serverRss();
        long threads = processes.serverThreads();
        Times over = new Times();
        List<Load.Work> clients = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < commands; i++) {
            Line line = subject.line();
            lines.add(line);
            byte[] request = subject.execute(
                    environments.get(i % environments.size()),
                    "{\"command\":\"sleep " + SECONDS + "\",\"timeout_sec\":120}");
            clients.add(() -> line.send(request));
        }
        // Who waits for all looks at the server while they run.
        long[] meanwhile = new long[2];
        clients.add(() -> {
            Thread.sleep(SECONDS * 1000L - 2000);
            meanwhile[0] = processes.serverRss() - rss;
            meanwhile[1] = processes.serverThreads() - threads;
        });
        try (Load load = new Load()) {
            Load.Done done = load.times(1, clients);
            done.each().subList(0, commands).forEach(over::addAll);
        }
        for (Line line : lines) {
            line.close();
        }
        subject.delete(environments);
        double least = SECONDS * 1000.0;
        report.add(new Table.Builder(
                        commands + " times `sleep " + SECONDS + "` at once",
                        "",
                        "p50, ms over",
                        "p99, ms over",
                        "most, ms over",
                        "server's RSS, MiB more",
                        "threads more")
                .row(
                        "all",
                        over.p50() - least,
                        over.p99() - least,
                        over.millis(1) - least,
                        meanwhile[0] / 1024.0,
                        (double) meanwhile[1])
                .build());
    }
}
