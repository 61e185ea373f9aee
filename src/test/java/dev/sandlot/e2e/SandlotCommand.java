package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line as it is handed out, its jar by its start script, of a user whose configuration is in a folder. */
final class SandlotCommand {
    private final Path folder;

    SandlotCommand(Path folder) {
        this.folder = folder;
    }

    /** Where it keeps the login. */
    Path login() {
        return folder.resolve("config/login.json");
    }

    /** {@code variables}: each as {@code NAME=value}. */
    ProcessBuilder builder(List<String> variables, String... args) {
        Path jar = Path.of(System.getProperty("sandlot.war")).resolveSibling("sandlot-cli.jar");
        // A shell has its commands in the background ignore SIGINT, these tests among them, and what they start.
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT", "sh", "src/main/cli/sandlot"));
        words.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("SANDLOT_CLI_JAR", jar.toString());
        builder.environment().put("SANDLOT_CONFIG_DIR", folder.resolve("config").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        for (String variable : variables) {
            String[] pair = variable.split("=", 2);
            builder.environment().put(pair[0], pair[1]);
        }
        return builder;
    }

    Started start(List<String> variables, String... args) throws IOException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Path.of(out + ".err");
        Process process = builder(variables, args)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Started(process, out, err);
    }

    /** One that runs; its outputs are files, which can be read meanwhile. */
    record Started(Process process, Path out, Path err) {
        void waitForOutput(String text) throws Exception {
            waitFor(out, text);
        }

        /** Until it has said that on standard error; returns all that it has said there. */
        String waitForWords(String text) throws Exception {
            return waitFor(err, text);
        }

        private String waitFor(Path output, String text) throws Exception {
            for (int i = 0; i < 3000 && !Files.readString(output).contains(text); i++) {
                assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                        .as(() -> "it ended" + process.exitValue())
                        .isFalse();
            }
            assertThat(Files.readString(output)).contains(text);
            return Files.readString(output);
        }

        /** As Ctrl-C does; returns its exit code. */
        int interrupt() throws Exception {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        /** Gives it that and nothing more, and waits for its end. */
        Ran end(String input) throws Exception {
            if (!input.isEmpty()) {
                process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            }
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    /** What became of it. */
    record Ran(int exitCode, String out, String err) {
        String done() {
            assertThat(exitCode).as(err).isZero();
            return out;
        }
    }
}
