package dev.sandlot.bench;

import dev.sandlot.bench.Processes.Cpu;
import dev.sandlot.e2e.Heap;
import dev.sandlot.sandbox.keeper.Keeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What {@code true} costs over HTTP and by its keeper alone, against the floor. The three take turns within one run, so
 * that a busy machine slows all of them.
 */
record ExecutePart(Floor floor) implements Part {
    private static final int[] CLIENTS = {1, 8, 32, 128};
    private static final int ENVIRONMENTS = 8;
    private static final int ROUNDS = 5;
    private static final Duration TURN = Duration.ofMillis(1200);
    private static final int ALLOCATING = 250;

    /** What came of one way to run commands. */
    private static final class Way {
        private final Times times = new Times();
        private double seconds;

        void add(Times more, double took) {
            times.addAll(more);
            seconds += took;
        }

        double rate() {
            return times.count() / seconds;
        }
    }

    /**
     * What came of one number of clients.
     *
     * @param floorCpu milliseconds, in all
     * @param cpu of the turns over HTTP
     */
    private record Row(int clients, Way floor, Way keeper, Way http, double floorCpu, Cpu cpu) {
        private double each(double millis) {
            return millis / http.times.count();
        }

        /** As it would be if the client took nothing of the processors. */
        double rateWithoutClient() {
            double clientSeconds = cpu.client() / 1000 / Runtime.getRuntime().availableProcessors();
            return http.times.count() / (http.seconds - clientSeconds);
        }
    }

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        List<Subject.Environment> environments = subject.create(ENVIRONMENTS);
        List<Keeper> keepers = environments.stream().map(subject::keeper).toList();
        try (Load load = new Load()) {
            List<Row> rows = new ArrayList<>();
            for (int clients : CLIENTS) {
                rows.add(row(clients, subject, environments, keepers, load));
            }
            report.add(times(rows));
            report.add(rates(rows));
            report.add(cpu(rows));
            report.add(allocation(subject, environments, load));
            report.add(panel("median, ms", rows, way -> way.times.p50()));
            report.add(panel("99th percentile, ms", rows, way -> way.times.p99()));
            report.add(panel("commands a second", rows, Way::rate));
        } finally {
            keepers.forEach(Keeper::close);
            subject.delete(environments);
        }
    }

    private Row row(
            int clients, Subject subject, List<Subject.Environment> environments, List<Keeper> keepers, Load load)
            throws Exception {
        Processes processes = Processes.of(subject);
        List<Client> lines = Client.many(clients, subject, environments);
        List<Caller> callers = Caller.many(clients, keepers);
        Way[] ways = {new Way(), new Way(), new Way()};
        double floorCpu = 0;
        Cpu cpu = Cpu.NONE;
        load.during(TURN, callers);
        for (int i = 0; i < ROUNDS; i++) {
            Floor.Sample least = floor.run(clients, TURN);
            ways[0].add(least.times(), least.seconds());
            floorCpu += least.cpuMillis();
            Load.Done bare = load.during(TURN, callers);
            ways[1].add(bare.all(), bare.seconds());
            Cpu before = processes.cpu();
            Load.Done whole = load.during(TURN, lines);
            cpu = cpu.plus(processes.cpu().minus(before));
            ways[2].add(whole.all(), whole.seconds());
        }
        Client.closeAll(lines);
        return new Row(clients, ways[0], ways[1], ways[2], floorCpu, cpu);
    }

    private static Table times(List<Row> rows) {
        Table.Builder table = new Table.Builder(
                "`true`, ms: p50, p95, p99 of the floor, of the keeper alone, over HTTP",
                "clients",
                "floor",
                "",
                "",
                "keeper",
                "",
                "",
                "HTTP",
                "",
                "",
                "p50 ÷ floor's",
                "p99 ÷ floor's");
        for (Row row : rows) {
            Times least = row.floor.times;
            Times bare = row.keeper.times;
            Times whole = row.http.times;
            table.row(
                    Integer.toString(row.clients),
                    least.p50(),
                    least.p95(),
                    least.p99(),
                    bare.p50(),
                    bare.p95(),
                    bare.p99(),
                    whole.p50(),
                    whole.p95(),
                    whole.p99(),
                    whole.p50() / least.p50(),
                    whole.p99() / least.p99());
        }
        return table.build();
    }

    private static Table rates(List<Row> rows) {
        Table.Builder table = new Table.Builder(
                "`true`, commands a second (last two: as if the client took no processor)",
                "clients",
                "floor",
                "keeper",
                "HTTP",
                "HTTP ÷ floor",
                "HTTP alone",
                "HTTP alone ÷ floor");
        for (Row row : rows) {
            double least = row.floor.rate();
            double alone = row.rateWithoutClient();
            table.row(
                    Integer.toString(row.clients),
                    least,
                    row.keeper.rate(),
                    row.http.rate(),
                    row.http.rate() / least,
                    alone,
                    alone / least);
        }
        return table.build();
    }

    private static Table cpu(List<Row> rows) {
        Table.Builder table = new Table.Builder(
                "`true`, ms of a processor each", "clients", "floor", "server", "keeper", "command", "load generator");
        for (Row row : rows) {
            table.row(
                    Integer.toString(row.clients),
                    row.floorCpu / row.floor.times.count(),
                    row.each(row.cpu.server()),
                    row.each(row.cpu.keepers()),
                    row.each(row.cpu.commands()),
                    row.each(row.cpu.client()));
        }
        return table.build();
    }

    /** Measured apart: to ask a JVM for it starts what serves such questions. */
    private static Table allocation(Subject subject, List<Subject.Environment> environments, Load load)
            throws Exception {
        List<Client> lines = Client.many(ENVIRONMENTS, subject, environments);
        try (Heap heap = Heap.of(subject.pid())) {
            load.times(ALLOCATING, lines);
            Map<Long, Long> before = heap.allocated();
            load.times(ALLOCATING, lines);
            double kilobytes = heap.allocatedSince(before) / 1024.0 / (ALLOCATING * lines.size());
            return new Table.Builder("Allocation of the server for one `true`", "", "KiB")
                    .row(ENVIRONMENTS + " clients", kilobytes)
                    .build();
        } finally {
            Client.closeAll(lines);
        }
    }

    private static Panel panel(String title, List<Row> rows, ToDoubleFunction<Way> figure) {
        return new Panel(
                title,
                rows.stream().map(row -> (double) row.clients).toList(),
                List.of(
                        series("floor", rows, Row::floor, figure),
                        series("keeper alone", rows, Row::keeper, figure),
                        series("over HTTP", rows, Row::http, figure)));
    }

    private static Panel.Series series(
            String name, List<Row> rows, Function<Row, Way> way, ToDoubleFunction<Way> figure) {
        return new Panel.Series(
                name,
                rows.stream().map(row -> figure.applyAsDouble(way.apply(row))).toList());
    }
}
