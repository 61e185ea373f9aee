package dev.sandlot.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The floor: a C program that starts {@code sh -c true} by posix_spawn(3), compiled for the run. */
final class Floor {
    private static final Path SOURCE = Path.of("src/test/c/floor.c");

    private final Path program;

    private Floor(Path program) {
        this.program = program;
    }

    /**
     * What a number of its runs came to.
     *
     * @param cpuMillis of the processors, in all
     */
    record Sample(Times times, double seconds, double cpuMillis) {}

    static Floor compile(Path folder) throws IOException, InterruptedException {
        Path program = folder.resolve("floor");
        Files.createDirectories(folder);
        Process compiler = new ProcessBuilder("gcc", "-O2", "-pthread", SOURCE.toString(), "-o", program.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IOException("gcc can't compile " + SOURCE);
        }
        return new Floor(program);
    }

    Sample run(int threads, Duration time) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        program.toString(), Integer.toString(threads), Long.toString(time.toMillis()))
                .redirectError(Redirect.INHERIT)
                .start();
        Times times = new Times();
        double cpu;
        double seconds;
        try (BufferedReader lines = process.inputReader()) {
            cpu = Long.parseLong(lines.readLine()) / 1e6;
            // It prints when all have ended.
            seconds = (System.nanoTime() - start) / 1e9;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                times.add(Long.parseLong(line));
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("the floor broke");
        }
        return new Sample(times, seconds, cpu);
    }
}
