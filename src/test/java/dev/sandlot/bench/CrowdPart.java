package dev.sandlot.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A thousand commands of thirty seconds at once: what each takes beyond that, and what the server takes meanwhile. */
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
        List<Subject.Environment> environments = subject.create(1 + (commands - 1) / PER_ENVIRONMENT);
        List<Client> clients = clients(commands, subject, environments);
        report.add(crowd(clients, Processes.of(subject)));
        Client.closeAll(clients);
        subject.delete(environments);
    }

    private static List<Client> clients(int commands, Subject subject, List<Subject.Environment> environments)
            throws IOException {
        String body = "{\"command\":\"sleep " + SECONDS + "\",\"timeout_sec\":120}";
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < commands; i++) {
            byte[] request = subject.execute(environments.get(i % environments.size()), body);
            clients.add(new Client(subject.line(), request));
        }
        return clients;
    }

    private static Table crowd(List<Client> clients, Processes processes) throws Exception {
        long rss = processes.serverRss();
        long threads = processes.serverThreads();
        long[] meanwhile = new long[2];
        List<Load.Work> all = new ArrayList<>(clients);
        // One more looks at the server while they run.
        all.add(() -> {
            Thread.sleep(SECONDS * 1000L - 2000);
            meanwhile[0] = processes.serverRss() - rss;
            meanwhile[1] = processes.serverThreads() - threads;
        });
        Times times = new Times();
        try (Load load = new Load()) {
            load.times(1, all).each().subList(0, clients.size()).forEach(times::addAll);
        }
        double least = SECONDS * 1000.0;
        return new Table.Builder(
                        clients.size() + " times `sleep " + SECONDS + "` at once",
                        "",
                        "p50, ms over",
                        "p99, ms over",
                        "most, ms over",
                        "server's RSS, MiB more",
                        "threads more")
                .row(
                        "all",
                        times.p50() - least,
                        times.p99() - least,
                        times.millis(1) - least,
                        meanwhile[0] / 1024.0,
                        (double) meanwhile[1])
                .build();
    }
}
