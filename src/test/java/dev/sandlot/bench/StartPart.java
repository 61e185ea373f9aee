package dev.sandlot.bench;

import java.io.IOException;
import java.util.List;

/** How long a start takes, the first one and the next, and what the first commands after it cost. Starts the server. */
final class StartPart implements Part {
    private static final int RESTARTS = 2;
    private static final int COLD = 1000;
    private static final int TENTHS = 10;

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Table.Builder table = new Table.Builder("Start, until ready", "", "s", "s of a processor", "server's RSS, MiB");
        start("the first on a host", subject, table);
        for (int i = 0; i < RESTARTS; i++) {
            subject.stop();
            start("another", subject, table);
        }
        report.add(table.build());
        cold(subject, report);
    }

    private static void start(String name, Subject subject, Table.Builder table)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        subject.start();
        double seconds = (System.nanoTime() - start) / 1e9;
        Processes processes = Processes.of(subject);
        table.row(name, seconds, processes.cpu().server() / 1000, processes.serverRss() / 1024.0);
    }

    private static void cold(Subject subject, Report report) throws Exception {
        Processes processes = Processes.of(subject);
        List<Subject.Environment> environments = subject.create(1);
        List<Client> clients = Client.many(1, subject, environments);
        Table.Builder table = new Table.Builder(
                "The first " + COLD + " commands of one client after a start",
                "",
                "p50, ms",
                "p99, ms",
                "server's ms each");
        try (Load load = new Load()) {
            for (int i = 0; i < TENTHS; i++) {
                Processes.Cpu before = processes.cpu();
                Times times = load.times(COLD / TENTHS, clients).all();
                double cpu = processes.cpu().minus(before).server() / times.count();
                if (i == 0 || i == TENTHS - 1) {
                    table.row(i == 0 ? "first tenth" : "last tenth", times.p50(), times.p99(), cpu);
                }
            }
        }
        report.add(table.build());
        Client.closeAll(clients);
        subject.delete(environments);
    }
}
