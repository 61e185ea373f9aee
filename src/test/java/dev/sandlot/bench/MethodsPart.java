package dev.sandlot.bench;

import dev.sandlot.auth.TokenMethods;
import dev.sandlot.http.JsonMethods;
import dev.sandlot.sandbox.keeper.FrameMethods;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.openjdk.jmh.generators.core.BenchmarkGenerator;
import org.openjdk.jmh.generators.core.FileSystemDestination;
import org.openjdk.jmh.generators.core.SourceError;
import org.openjdk.jmh.generators.reflection.RFGeneratorSource;

/** What single methods on the way of a command cost, by JMH in a Java runtime of its own; the server rests meanwhile. */
record MethodsPart(Path folder) implements Part {
    private static final Class<?>[] METHODS = {FrameMethods.class, TokenMethods.class, JsonMethods.class};
    /** One fork, five seconds to warm up and five that count; means in microseconds, and what is allocated. */
    private static final List<String> HOW =
            List.of("-f", "1", "-wi", "5", "-w", "1", "-i", "5", "-r", "1", "-bm", "avgt", "-tu", "us", "-prof", "gc");

    private static final int MINUTES_MAX = 10;

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("methods/classes"));
        compile(generate(classes), classes);
        report.add(table(measure(classes)));
    }

    /** Writes JMH's loops around each method, and tells where. */
    private Path generate(Path classes) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("methods/sources"));
        RFGeneratorSource source = new RFGeneratorSource();
        source.processClasses(METHODS);
        FileSystemDestination destination = new FileSystemDestination(classes.toFile(), sources.toFile());
        BenchmarkGenerator generator = new BenchmarkGenerator();
        generator.generate(source, destination);
        generator.complete(source, destination);
        if (destination.hasErrors()) {
            List<SourceError> errors = new ArrayList<>();
            destination.getErrors().forEach(errors::add);
            throw new IOException("JMH refuses: " + errors);
        }
        return sources;
    }

    private static void compile(Path sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("-proc:none", "-d", classes.toString());
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> all = Files.walk(sources)) {
            List<Path> java =
                    all.filter(path -> path.toString().endsWith(".java")).toList();
            if (!compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
                    .call()) {
                throw new IOException("what JMH made does not compile");
            }
        }
    }

    private List<JsonObject> measure(Path classes) throws IOException, InterruptedException {
        Path results = folder.resolve("methods/results.json").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Its lock is left behind.
                "-Djava.io.tmpdir=" + classes.getParent(),
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                "org.openjdk.jmh.Main"));
        command.addAll(HOW);
        command.addAll(List.of("-rf", "json", "-rff", results.toString()));
        Process jmh = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("methods/log").toFile())
                .start();
        if (!jmh.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
            jmh.destroyForcibly();
        }
        if (jmh.waitFor() != 0) {
            throw new IOException("JMH broke off, see " + folder.resolve("methods/log"));
        }
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(results))) {
            return reader.readArray().getValuesAs(JsonValue::asJsonObject);
        }
    }

    private static Table table(List<JsonObject> results) {
        Table.Builder table = new Table.Builder("Single methods", "", "µs", "bytes of the heap");
        for (JsonObject result : results) {
            table.row(
                    "`" + name(result.getString("benchmark")) + "`",
                    score(result.getJsonObject("primaryMetric")),
                    score(result.getJsonObject("secondaryMetrics").getJsonObject("gc.alloc.rate.norm")));
        }
        return table.build();
    }

    /** Class and method. */
    private static String name(String qualified) {
        return qualified.replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1");
    }

    private static double score(JsonObject metric) {
        return metric.getJsonNumber("score").doubleValue();
    }
}
