package dev.sandlot.bench;

import java.util.List;

/** Many commands: whether the last are as fast as the first, and whether anything grows. */
record SoakPart(int commands) implements Part {
    private static final int CLIENTS = 8;
    private static final int TENTHS = 10;

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Processes processes = Processes.of(subject);
        List<Subject.Environment> environments = subject.create(CLIENTS);
        List<Client> clients = Client.many(CLIENTS, subject, environments);
        Table.Builder table = new Table.Builder(
                "A soak of " + commands + " commands, " + CLIENTS + " clients",
                "tenth",
                "p50, ms",
                "p99, ms",
                "server's RSS, MiB",
                "its descriptors",
                "its threads",
                "keepers' PSS, MiB");
        double first = 0;
        double last = 0;
        try (Load load = new Load()) {
            for (int tenth = 1; tenth <= TENTHS; tenth++) {
                Times times = load.times(Math.max(1, commands / TENTHS / CLIENTS), clients)
                        .all();
                first = tenth == 1 ? times.p99() : first;
                last = times.p99();
                table.row(
                        Integer.toString(tenth),
                        times.p50(),
                        times.p99(),
                        processes.serverRss() / 1024.0,
                        (double) processes.serverDescriptors(),
                        (double) processes.serverThreads(),
                        processes.keepersPss() / 1024.0);
            }
        }
        report.add(table.build());
        report.note("Soak: p99 of the last tenth is " + Table.text(last / first) + " times that of the first.");
        Client.closeAll(clients);
        subject.delete(environments);
    }
}
