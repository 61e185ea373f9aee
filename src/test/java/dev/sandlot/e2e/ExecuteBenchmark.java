package dev.sandlot.e2e;

import dev.sandlot.auth.DevelopmentIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an execution costs over HTTP, against the floor: fork and exec of {@code sh -c true}. The two are interleaved in
 * one run, so that a busy machine slows both; quote the ratios. Starts a server of its own, in development mode.
 */
public final class ExecuteBenchmark {
    private static final String PATH = "/api/v1/org/dev/ws/main/environments";
    private static final int ROUNDS = 20;
    private static final int BLOCK = 50;
    private static final int RATE_SECONDS = 5;
    /** The JVM compiles what is hot for two minutes, and takes a processor's third for it. */
    private static final int WARM_UP_ROUNDS = 24;

    private static final int ENVIRONMENTS = 8;

    private final URI server;
    private final String bearer;
    private final PrintStream out;
    private final List<Environment> environments = new ArrayList<>();

    private ExecuteBenchmark(URI server, String token, PrintStream out) {
        this.server = server;
        this.bearer = "Authorization: Bearer " + token + "\r\n";
        this.out = out;
    }

    private record Environment(String id, String token) {}

    public static void main(String[] arguments) throws Exception {
        SandlotServer server = new SandlotServer(
                        Map.of("SANDLOT_RATE_PER_SECOND", "1000000", "SANDLOT_RATE_BURST", "1000000"))
                .atFullSpeed();
        try {
            server.start();
            String token = new DevelopmentIdentity(server.data()).issue();
            new ExecuteBenchmark(server.uri(), token, System.out).run();
        } finally {
            server.afterAll(null);
        }
    }

    private void run() throws Exception {
        out.println("Java " + Runtime.version().feature() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        try (HttpClientLine line = new HttpClientLine(server)) {
            for (int i = 0; i < ENVIRONMENTS; i++) {
                environments.add(create(line));
            }
        }
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            rate(8, environments);
        }
        creation();
        latency();
        for (int clients : new int[] {1, 8, 32}) {
            double floor = floorRate(clients);
            double rate = rate(clients, environments);
            double again = floorRate(clients);
            double mean = (floor + again) / 2;
            out.printf(
                    Locale.ROOT,
                    "%2d clients: %.0f executions/s, floor %.0f/s, ratio %.2f%n",
                    clients,
                    rate,
                    mean,
                    rate / mean);
        }
        teardown();
    }

    private Environment create(HttpClientLine line) throws IOException {
        String answer = line.send("POST", PATH, bearer, "{\"task_ref\":\"shell\"}");
        return new Environment(member(answer, "id"), member(answer, "execute_token"));
    }

    private static String member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return found.group(1);
    }

    private void execute(HttpClientLine line, Environment environment) throws IOException {
        String headers = bearer + "X-Environment-Token: " + environment.token() + "\r\n";
        String answer =
                line.send("POST", PATH + "/" + environment.id() + "/execute", headers, "{\"command\":\"true\"}");
        if (!answer.contains("\"exit_code\":0")) {
            throw new IOException(answer);
        }
    }

    /** Time of one more environment, and its memory: that of its keeper and its PID 1. */
    private void creation() throws IOException {
        try (HttpClientLine line = new HttpClientLine(server)) {
            for (int i = 0; i < 40; i++) {
                line.send("DELETE", PATH + "/" + create(line).id(), bearer, "");
            }
            long before = keeperKilobytes();
            long[] times = new long[100];
            List<Environment> made = new ArrayList<>();
            for (int i = 0; i < times.length; i++) {
                long start = System.nanoTime();
                made.add(create(line));
                times[i] = System.nanoTime() - start;
            }
            Arrays.sort(times);
            out.printf(Locale.ROOT, "creation: p50 %.2f ms, p99 %.2f ms%n", times[50] / 1e6, times[98] / 1e6);
            out.printf(
                    Locale.ROOT,
                    "memory of an idle environment: %.2f MiB%n",
                    (keeperKilobytes() - before) / 1024.0 / made.size());
            for (Environment environment : made) {
                line.send("DELETE", PATH + "/" + environment.id(), bearer, "");
            }
        }
    }

    /** Proportional set size of all keepers and PID 1s of this machine, in KiB. */
    private static long keeperKilobytes() throws IOException {
        long sum = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                sum += pss(process);
            }
        }
        return sum;
    }

    private static long pss(Path process) {
        try {
            if (!Files.readString(process.resolve("comm")).startsWith("keeper")) {
                return 0;
            }
            return Files.readAllLines(process.resolve("smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException gone) {
            return 0;
        }
    }

    private void latency() throws Exception {
        List<Double> floors = new ArrayList<>();
        long[] times = new long[ROUNDS * BLOCK];
        try (HttpClientLine line = new HttpClientLine(server)) {
            for (int round = 0; round < ROUNDS; round++) {
                floors.add(floorBlock() / 1e6);
                for (int i = 0; i < BLOCK; i++) {
                    long start = System.nanoTime();
                    execute(line, environments.get(0));
                    times[round * BLOCK + i] = System.nanoTime() - start;
                }
            }
        }
        Arrays.sort(times);
        floors.sort(null);
        double floor = floors.get(floors.size() / 2);
        double p50 = times[times.length / 2] / 1e6;
        out.printf(
                Locale.ROOT,
                "1 client: p50 %.2f ms, p99 %.2f ms; floor p50 %.2f ms; ratio %.2f%n",
                p50,
                times[times.length * 99 / 100] / 1e6,
                floor,
                p50 / floor);
    }

    /** Nanoseconds of one fork and exec, as a shell does them. */
    private static long floorBlock() throws Exception {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        "sh", "-c", "i=0; while [ $i -lt " + BLOCK + " ]; do sh -c true; i=$((i+1)); done")
                .start();
        process.waitFor();
        return (System.nanoTime() - start) / BLOCK;
    }

    private static double floorRate(int clients) throws Exception {
        int each = 400 / clients + 50;
        long start = System.nanoTime();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            processes.add(new ProcessBuilder(
                            "sh", "-c", "i=0; while [ $i -lt " + each + " ]; do sh -c true; i=$((i+1)); done")
                    .start());
        }
        for (Process process : processes) {
            process.waitFor();
        }
        return clients * each / ((System.nanoTime() - start) / 1e9);
    }

    private double rate(int clients, List<Environment> where) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            long start = System.nanoTime();
            long end = start + RATE_SECONDS * 1_000_000_000L;
            List<Callable<Integer>> loops = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Environment environment = where.get(i % where.size());
                loops.add(() -> loop(environment, end));
            }
            int count = 0;
            for (Future<Integer> loop : threads.invokeAll(loops)) {
                count += loop.get();
            }
            return count / ((System.nanoTime() - start) / 1e9);
        } finally {
            threads.shutdownNow();
        }
    }

    private int loop(Environment environment, long end) throws IOException {
        int count = 0;
        try (HttpClientLine line = new HttpClientLine(server)) {
            while (System.nanoTime() < end) {
                execute(line, environment);
                count++;
            }
        }
        return count;
    }

    private void teardown() throws IOException {
        try (HttpClientLine line = new HttpClientLine(server)) {
            for (Environment environment : environments) {
                line.send("DELETE", PATH + "/" + environment.id(), bearer, "");
            }
        }
    }
}
