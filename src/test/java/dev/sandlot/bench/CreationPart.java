package dev.sandlot.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What it costs to make and to remove environments, one at a time and a hundred at once. */
record CreationPart(Floor floor) implements Part {
    private static final int ROUNDS = 4;
    private static final int ONE_BY_ONE = 50;
    private static final int AT_ONCE = 100;
    private static final int BURSTS = 5;
    private static final Duration TURN = Duration.ofMillis(500);

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        subject.delete(subject.create(ONE_BY_ONE));
        oneByOne(subject, report);
        atOnce(subject, report);
    }

    private void oneByOne(Subject subject, Report report) throws Exception {
        Times least = new Times();
        Times creations = new Times();
        Times deletions = new Times();
        try (Line line = subject.line()) {
            for (int i = 0; i < ROUNDS; i++) {
                least.addAll(floor.run(1, TURN).times());
                List<Subject.Environment> made = new ArrayList<>();
                for (int j = 0; j < ONE_BY_ONE; j++) {
                    made.add(create(subject, line, creations));
                }
                for (Subject.Environment environment : made) {
                    timed(line, subject.delete(environment), deletions);
                }
            }
        }
        Table.Builder table =
                new Table.Builder("Environments, one at a time, ms", "", "p50", "p95", "p99", "p50 ÷ floor's");
        row(table, "creation", creations, least);
        row(table, "deletion", deletions, least);
        report.add(table.build());
    }

    private static void row(Table.Builder table, String name, Times times, Times least) {
        table.row(name, times.p50(), times.p95(), times.p99(), times.p50() / least.p50());
    }

    private static Line.Answer timed(Line line, byte[] request, Times times) throws IOException {
        long start = System.nanoTime();
        Line.Answer answer = line.send(request);
        times.add(System.nanoTime() - start);
        return answer;
    }

    private static Subject.Environment create(Subject subject, Line line, Times times) throws IOException {
        return Subject.made(timed(line, subject.create(), times));
    }

    private static void atOnce(Subject subject, Report report) throws Exception {
        Times wholes = new Times();
        Times each = new Times();
        for (int i = 0; i < BURSTS; i++) {
            List<Subject.Environment> made = Collections.synchronizedList(new ArrayList<>());
            Load.Done burst = burst(subject, made);
            wholes.add((long) (burst.seconds() * 1e9));
            each.addAll(burst.all());
            subject.delete(made);
        }
        report.add(new Table.Builder(AT_ONCE + " environments at once, ms", "", "p50", "p99", "most")
                .row("until all were there", wholes.p50(), wholes.p99(), wholes.millis(1))
                .row("each of them", each.p50(), each.p99(), each.millis(1))
                .build());
    }

    private static Load.Done burst(Subject subject, List<Subject.Environment> made) throws Exception {
        List<Line> lines = new ArrayList<>();
        List<Load.Work> clients = new ArrayList<>();
        byte[] request = subject.create();
        for (int i = 0; i < AT_ONCE; i++) {
            Line line = subject.line();
            lines.add(line);
            clients.add(() -> made.add(Subject.made(line.send(request))));
        }
        try (Load load = new Load()) {
            return load.times(1, clients);
        } finally {
            for (Line line : lines) {
                line.close();
            }
        }
    }
}
