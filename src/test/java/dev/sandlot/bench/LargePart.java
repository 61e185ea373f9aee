package dev.sandlot.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a command, or a standard input, of 1 MiB costs more than a small one. */
record LargePart(Path folder) implements Part {
    private static final int MEBIBYTE = 1 << 20;
    private static final int ROUNDS = 60;
    private static final int UNCOUNTED = 20;

    @Override
    public void measure(Subject subject, Report report) throws Exception {
        Subject.Environment environment = subject.create(1).get(0);
        String script = "true #" + "x".repeat(MEBIBYTE - 6);
        Path file = Files.writeString(folder.resolve("script"), script);
        try (Line line = subject.line()) {
            Load.Work[] kinds = {
                () -> floor("true"),
                () -> floor(". " + file.toAbsolutePath()),
                client(subject, environment, line, "{\"command\":\"true\"}"),
                client(subject, environment, line, "{\"command\":\"" + script + "\"}"),
                client(subject, environment, line, "{\"command\":\"cat\",\"stdin\":\"x\"}"),
                client(
                        subject,
                        environment,
                        line,
                        "{\"command\":\"cat >/dev/null\",\"stdin\":\"" + "x".repeat(MEBIBYTE) + "\"}")
            };
            Times[] times = new Times[kinds.length];
            for (int i = -UNCOUNTED; i < ROUNDS; i++) {
                for (int kind = 0; kind < kinds.length; kind++) {
                    if (i == -UNCOUNTED) {
                        times[kind] = new Times();
                    }
                    long start = System.nanoTime();
                    kinds[kind].once();
                    if (i >= 0) {
                        times[kind].add(System.nanoTime() - start);
                    }
                }
            }
            report.add(new Table.Builder("1 MiB in a request, ms (p50)", "", "small", "1 MiB", "more")
                    .row("`sh` alone: a script", row(times[0], times[1]))
                    .row("command", row(times[2], times[3]))
                    .row("standard input", row(times[4], times[5]))
                    .build());
        } finally {
            Files.delete(file);
            subject.delete(List.of(environment));
        }
    }

    private static double[] row(Times small, Times large) {
        return new double[] {small.p50(), large.p50(), large.p50() - small.p50()};
    }

    private static Client client(Subject subject, Subject.Environment environment, Line line, String body) {
        return new Client(line, subject.execute(environment, body));
    }

    private static void floor(String command) throws IOException, InterruptedException {
        if (new ProcessBuilder("sh", "-c", command).start().waitFor() != 0) {
            throw new IOException("sh can't " + command);
        }
    }
}
