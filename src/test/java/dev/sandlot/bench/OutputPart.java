package dev.sandlot.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A hundred megabytes of output: from the command to the spool, and from there to a client in each way there is. */
record OutputPart(Path folder) implements Part {
    private static final int MEGABYTES = 100;
    private static final long BYTES = MEGABYTES * 1_000_000L;
    private static final int ROUNDS = 5;
    private static final String TEXT =
            "yes 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde | head -c " + MEGABYTES + "000000 > ";
    private static final String EVENTS = "Accept: text/event-stream";
    private static final String PRINT = "{\"command\":\"cat /tmp/big\"}";

    /** Something that moves all of the output once; returns how many bytes came to the client. */
    private record Way(String name, Transfer transfer) {}

    @FunctionalInterface
    private interface Transfer {
        long move(Line line) throws Exception;
    }

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Subject.Environment environment = subject.create(1).get(0);
        Path file = folder.resolve("big");
        try (Line line = subject.line()) {
            String command = "{\"command\":\"" + TEXT + "/tmp/big\"}";
            line.send(subject.execute(environment, command));
            String execution = line.send(subject.execute(environment, PRINT)).header("x-execution-id");
            run(TEXT + file);
            List<Way> ways = ways(subject, environment, execution, file);
            List<Times> times = times(line, ways);
            Table.Builder table = new Table.Builder(
                    MEGABYTES + " MB of output", "", "p50, ms", "MB/s", "server's live heap, MiB more at most");
            for (int i = 0; i < ways.size(); i++) {
                double millis = times.get(i).p50();
                Transfer transfer = ways.get(i).transfer;
                double heap = i == 0 ? Double.NaN : HeapWatch.mebibytes(subject, () -> transfer.move(line));
                table.row(ways.get(i).name, millis, MEGABYTES * 1000 / millis, heap);
            }
            report.add(table.build());
        } finally {
            Files.deleteIfExists(file);
            subject.delete(List.of(environment));
        }
    }

    private List<Way> ways(Subject subject, Subject.Environment environment, String execution, Path file) {
        byte[] execute = subject.execute(environment, PRINT);
        byte[] follow = subject.execute(environment, PRINT, EVENTS);
        String output = "/executions/" + execution + "/output";
        byte[] again = subject.get(environment, output, EVENTS);
        byte[] bytes = subject.get(environment, output);
        return List.of(
                new Way("floor: through a pipe into a file", line -> run("cat " + file + " | cat > " + file + ".copy")),
                new Way(
                        "execute: to the spool, 1 MiB to the client",
                        line -> line.send(execute).text().length()),
                new Way("execute as events, while it runs", line -> line.drain(follow, BYTES)),
                new Way("events of one that has ended", line -> line.drain(again, BYTES)),
                new Way("`…/output` of one that has ended", line -> line.drain(bytes, BYTES)));
    }

    /** They take turns; the first of each is for the compiler. */
    private static List<Times> times(Line line, List<Way> ways) throws Exception {
        List<Times> times = new ArrayList<>();
        ways.forEach(way -> times.add(new Times()));
        for (int i = -1; i < ROUNDS; i++) {
            for (int way = 0; way < ways.size(); way++) {
                long start = System.nanoTime();
                ways.get(way).transfer.move(line);
                if (i >= 0) {
                    times.get(way).add(System.nanoTime() - start);
                }
            }
        }
        return times;
    }

    private static long run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException("sh can't " + command);
        }
        return 0;
    }
}
