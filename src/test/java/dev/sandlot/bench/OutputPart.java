package dev.sandlot.bench;

import dev.sandlot.e2e.Heap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A hundred megabytes of output: from the command to the spool, and from there to a client in each way there is. */
record OutputPart(Path folder) implements Part {
    private static final int MEGABYTES = 100;
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
                double heap = i == 0 ? Double.NaN : heap(subject, line, ways.get(i));
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
                new Way("execute as events, while it runs", line -> drain(line, follow)),
                new Way("events of one that has ended", line -> drain(line, again)),
                new Way("`…/output` of one that has ended", line -> drain(line, bytes)));
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

    private static long drain(Line line, byte[] request) throws IOException {
        long[] count = new long[1];
        line.send(request, (bytes, offset, length) -> count[0] += length);
        if (count[0] < MEGABYTES * 1_000_000L) {
            throw new IOException("only " + count[0] + " bytes came");
        }
        return count[0];
    }

    /** Of a transfer that is not timed: to tell what lives from what does not, the server collects all the while. */
    private static double heap(Subject subject, Line line, Way way) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        CountDownLatch over = new CountDownLatch(1);
        try (Heap heap = Heap.of(subject.pid())) {
            long before = heap.live();
            Callable<Long> watch = () -> {
                long most = 0;
                do {
                    most = Math.max(most, heap.live());
                } while (!over.await(10, TimeUnit.MILLISECONDS));
                return most;
            };
            Future<Long> most = thread.submit(watch);
            way.transfer.move(line);
            over.countDown();
            return (most.get() - before) / 1024.0 / 1024.0;
        } finally {
            over.countDown();
            thread.shutdownNow();
        }
    }
}
