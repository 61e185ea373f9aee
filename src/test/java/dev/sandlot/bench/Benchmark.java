package dev.sandlot.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Sandlot costs on this machine; docs/performance.md says how to run it. Starts a server of its own, in
 * development mode, and leaves its figures in target/bench: as JSON for each Java version, and of all of these a table
 * and a plot.
 */
final class Benchmark {
    private static final Path FOLDER = Path.of("target/bench");
    private static final Path DOCUMENT = Path.of("docs/performance.md");
    private static final String PLOT = "performance.svg";
    private static final String START = "start";
    private static final int WARM_UP_CLIENTS = 8;

    private final PrintStream out;
    private boolean whole = true;

    private Benchmark(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Benchmark benchmark = new Benchmark(System.out);
        benchmark.run();
        benchmark.write(Boolean.getBoolean("bench.document"));
        if (!benchmark.whole) {
            throw new IllegalStateException("Not all parts could be measured");
        }
    }

    /** In the order in which they are measured. */
    private static Map<String, Part> parts(Floor floor) {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("execute", new ExecutePart(floor));
        parts.put("creation", new CreationPart(floor));
        parts.put("output", new OutputPart(FOLDER));
        parts.put("files", new FilesPart(Integer.getInteger("bench.files", 10_000)));
        parts.put("large", new LargePart(FOLDER));
        parts.put("soak", new SoakPart(Integer.getInteger("bench.soak", 5000)));
        parts.put("memory", new MemoryPart());
        parts.put("crowd", new CrowdPart());
        parts.put("methods", new MethodsPart(FOLDER));
        return parts;
    }

    /** Those that are asked for; all when none is. */
    private static Set<String> wanted(Set<String> all) {
        String names = System.getProperty("bench", "");
        Set<String> wanted = names.isBlank()
                ? all
                : Stream.of(names.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        if (!all.containsAll(wanted)) {
            throw new IllegalArgumentException("-Dbench takes some of " + String.join(",", all));
        }
        return wanted;
    }

    private void run() throws Exception {
        Map<String, Part> parts = parts(Floor.compile(FOLDER));
        Set<String> all = Stream.concat(Stream.of(START), parts.keySet().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> wanted = wanted(all);
        Report report = new Report(System.getProperty("java.version"), host());
        Subject subject = Subject.laidOut();
        try {
            if (wanted.contains(START)) {
                said(START, new StartPart(), subject, report);
            } else {
                subject.start();
            }
            parts.keySet().retainAll(wanted);
            if (!parts.isEmpty()) {
                warmUp(subject);
            }
            for (Map.Entry<String, Part> part : parts.entrySet()) {
                said(part.getKey(), part.getValue(), subject, report);
            }
            if (!wanted.equals(all)) {
                report.note("Measured: " + String.join(", ", wanted) + ".");
            }
            Files.writeString(FOLDER.resolve(file()), report.json().toString());
        } finally {
            subject.end();
        }
    }

    private static String file() {
        return "java-" + Runtime.version().feature() + ".json";
    }

    private void said(String name, Part part, Subject subject, Report report) throws Exception {
        long start = System.nanoTime();
        int before = report.tables().size();
        try {
            part.measure(subject, report);
        } catch (Exception broken) {
            // The figures of the others are good.
            broken.printStackTrace(out);
            report.note("The part " + name + " broke off.");
            whole = false;
        }
        out.printf(Locale.ROOT, "%s took %.0f s%n%n", name, (System.nanoTime() - start) / 1e9);
        report.tables().stream().skip(before).map(Table::markdown).forEach(out::println);
    }

    /** The server's JVM compiles what is hot for a minute or two, and takes a processor's third for it. */
    private void warmUp(Subject subject) throws Exception {
        List<Subject.Environment> environments = subject.create(WARM_UP_CLIENTS);
        List<Client> clients = Client.many(WARM_UP_CLIENTS, subject, environments);
        try (Load load = new Load()) {
            load.during(Duration.ofSeconds(Integer.getInteger("bench.warmup", 60)), clients);
        }
        Client.closeAll(clients);
        subject.delete(environments);
    }

    /** What it runs on, and how busy that is with other things. */
    private static String host() throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"));
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
        return String.format(
                Locale.ROOT,
                "%d × %s, %.0f GiB, Linux %s, %s %s; %s; load before it began: %s.",
                Runtime.getRuntime().availableProcessors(),
                processor,
                Processes.total() / 1024.0 / 1024.0,
                System.getProperty("os.version"),
                System.getProperty("java.vendor"),
                System.getProperty("java.version"),
                LocalDate.now(ZoneOffset.UTC),
                load);
    }

    /** Of the last run with each Java version. */
    private static List<Report> reports() throws IOException {
        List<Report> reports = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                reports.add(Report.parse(Files.readString(file)));
            }
        }
        return reports;
    }

    private void write(boolean document) throws IOException {
        List<Report> reports = reports();
        String figures = reports.stream().map(Report::markdown).collect(Collectors.joining("\n\n"));
        Files.writeString(FOLDER.resolve("table.md"), figures + "\n");
        boolean drawn = reports.stream().anyMatch(report -> !report.panels().isEmpty());
        if (drawn) {
            Files.writeString(FOLDER.resolve(PLOT), Plot.svg(reports));
        }
        if (document) {
            Files.writeString(DOCUMENT, Document.with(Files.readString(DOCUMENT), figures));
            if (drawn) {
                Files.writeString(DOCUMENT.resolveSibling(PLOT), Plot.svg(reports));
            }
        }
        out.println("The figures are in " + FOLDER + (document ? " and in " + DOCUMENT : ""));
    }
}
