package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.SandlotCommand.Ran;
import dev.sandlot.e2e.SandlotCommand.Started;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The command line as it is handed out: its jar, by its start script, against a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_LIMIT_DISK_MIB", "256"));

    @TempDir
    static Path folder;

    private Api api;
    private String environment;

    @BeforeAll
    void logIn() throws Exception {
        api = new Api(SERVER, IDENTITIES.admin());
        Ran login = run(start(List.of(), "login", SERVER.uri().toString()), IDENTITIES.admin() + "\n");
        assertThat(login.done()).contains("You are tester in acme/main");
        environment = sandlot("env", "create").done().strip();
    }

    @AfterAll
    void tearDown() throws Exception {
        sandlot("env", "rm", environment).done();
    }

    private static ProcessBuilder builder(List<String> variables, String... args) {
        return new SandlotCommand(folder).builder(variables, args);
    }

    private static Started start(List<String> variables, String... args) throws IOException {
        return new SandlotCommand(folder).start(variables, args);
    }

    private static Ran run(Started started, String input) throws Exception {
        return started.end(input);
    }

    private static Ran sandlot(String... args) throws Exception {
        return run(start(List.of(), args), "");
    }

    @Test
    void environmentsAreMadeListedShownExtendedAndRemoved() throws Exception {
        String id = sandlot("env", "create", "shell", "--timeout", "60").done().strip();

        assertThat(sandlot("env", "list", "--state", "ready").done()).contains("STATE", id);
        assertThat(sandlot("env", "get", id).done()).contains("state: ready").doesNotContain("execute_token");
        sandlot("env", "extend", id, "1200").done();
        assertThat(sandlot("logs", id).done()).isNotBlank();
        sandlot("env", "rm", id).done();
        JsonObject gone = Api.parse(sandlot("--json", "env", "get", id).done());
        assertThat(gone.getString("state")).isEqualTo("torn_down");
        assertThat(sandlot("exec", id, "true")).satisfies(ran -> {
            assertThat(ran.exitCode()).isEqualTo(125);
            assertThat(ran.err()).contains("token");
        });
    }

    @Test
    void aCommandsStreamsAndExitCodeAreItsOwn() throws Exception {
        Ran ran = sandlot("exec", "-e", "NAME=grüße", environment, "echo $NAME; echo wrong >&2; exit 42");

        assertThat(ran.exitCode()).isEqualTo(42);
        assertThat(ran.out()).isEqualTo("grüße\n");
        assertThat(ran.err()).isEqualTo("wrong\n");
        assertThat(sandlot("exec", environment, "printf", "%s|", "a b", "-x").done())
                .isEqualTo("a b|-x|");
        assertThat(sandlot("exec", environment, "kill -9 $$").exitCode()).isEqualTo(137);
        assertThat(sandlot("exec", "--timeout", "1", environment, "sleep 60").exitCode())
                .isEqualTo(124);
    }

    @Test
    void whatComesThroughAPipeIsItsInput() throws Exception {
        Ran ran = run(start(List.of(), "exec", "-i", environment, "wc -c; echo end"), "x".repeat(3 << 20));

        assertThat(ran.done()).isEqualTo((3 << 20) + "\nend\n");
    }

    @Test
    void aConnectionThatBreaksIsMadeAgainAndNothingRunsTwice() throws Exception {
        try (BreakingWire wire = new BreakingWire(SERVER.uri())) {
            Started command = start(
                    List.of("SANDLOT_SERVER=" + wire.uri(), "SANDLOT_KEY=" + IDENTITIES.admin()),
                    "exec",
                    environment,
                    "echo run >> runs; echo one; until [ -e go ]; do :; done; echo two; exit 7");
            command.waitForOutput("one");
            int before = wire.taken();
            wire.cut();
            for (int i = 0; i < 3000 && wire.taken() == before; i++) {
                assertThat(command.process().waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
            }
            sandlot("exec", environment, "touch go").done();

            Ran ran = run(command, "");

            assertThat(ran.exitCode()).as(ran.err()).isEqualTo(7);
            assertThat(ran.out()).isEqualTo("one\ntwo\n");
            assertThat(ran.err()).isEmpty();
            assertThat(sandlot("exec", environment, "cat runs").done()).isEqualTo("run\n");
        }
    }

    @Test
    void whoIsInterruptedKillsItThere() throws Exception {
        Started command = start(List.of(), "exec", "--timeout", "600", environment, "echo begun; sleep 599");
        command.waitForOutput("begun");

        assertThat(command.interrupt()).isEqualTo(130);
        assertThat(api.inWorkspace("/" + environment + "/executions").raw().body())
                .contains("cancelled")
                .doesNotContain("\"running\"");
    }

    @Test
    void tasksArePushedAndListed() throws Exception {
        Path file = Files.writeString(
                folder.resolve("task.json"), "{\"instruction\":\"Do it\",\"verification\":{},\"image\":\"host\"}");

        assertThat(sandlot("task", "push", "by-hand@1.0.0", file.toString()).done())
                .isEqualTo("by-hand@1.0.0\n");
        assertThat(sandlot("task", "list").done()).contains("by-hand", "1.0.0");
    }

    @Test
    void refusalsAreSentencesAndExitCodes() throws Exception {
        Ran none = sandlot("env", "get", "00000000-0000-4000-8000-000000000000");
        assertThat(none.exitCode()).isEqualTo(4);
        assertThat(none.err()).contains("There is no such environment");
        Ran wrong = run(start(List.of("SANDLOT_KEY=nonsense"), "env", "list"), "");
        assertThat(wrong.exitCode()).isEqualTo(3);
        Ran token = run(start(List.of("SANDLOT_ENVIRONMENT_TOKEN=wrong"), "exec", environment, "true"), "");
        assertThat(token.exitCode()).isEqualTo(125);
        assertThat(token.err()).contains("The environment token is wrong");
        assertThat(sandlot("exec", "-u", "nobody-knows", environment, "true").exitCode())
                .isEqualTo(125);
    }

    @Test
    void eventsAndDetachedCommandsAreForPrograms() throws Exception {
        List<String> lines =
                sandlot("--json", "exec", environment, "echo hi").done().lines().toList();
        assertThat(Api.parse(lines.get(0)).getJsonObject("data").getString("data"))
                .isEqualTo("hi\n");
        assertThat(Api.parse(lines.get(lines.size() - 1)).getJsonObject("data").getString("state"))
                .isEqualTo("exited");
        String id = sandlot("exec", "--detach", environment, "true").done().strip();
        assertThat(api.inWorkspace("/" + environment + "/executions/" + id).status())
                .isEqualTo(200);
        assertThat(sandlot("generate-completion").done()).contains("complete -F");
    }

    private static Path make(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private static Path put(Path file, String content, String mode) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<String> names(Path below) throws IOException {
        try (Stream<Path> there = Files.list(below)) {
            return there.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void filesAreCopiedBothWaysWithTheirModes() throws Exception {
        Path here = make("files");
        String file = put(here.resolve("run it"), "content", "rwxr-x--x").toString();

        sandlot("cp", file, environment + ":deep/new").done();
        sandlot("cp", file, environment + ":/workspace/deep").done();
        sandlot("cp", put(here.resolve("none"), "", "rw-------").toString(), environment + ":deep/folder/")
                .done();

        assertThat(sandlot("exec", environment, "cd deep; stat -c '%a %s' new 'run it' folder/none")
                        .done())
                .isEqualTo("751 7\n751 7\n600 0\n");
        assertThat(sandlot("cp", environment + ":deep/new", here.toString()).done())
                .isEmpty();
        assertThat(here.resolve("new")).hasContent("content");
        assertThat(mode(here.resolve("new"))).isEqualTo("rwxr-x--x");
        assertThat(sandlot("--json", "cp", "-r", environment + ":deep/new", here + "/way/back")
                        .done())
                .isEqualTo("{\"files\":1,\"directories\":0,\"bytes\":7,\"left_out\":0}\n");
        assertThat(here.resolve("way/back")).hasContent("content");
        run(start(List.of(), "cp", "-", environment + ":piped"), "by pipe").done();
        assertThat(sandlot("cp", environment + ":piped", "-").done()).isEqualTo("by pipe");
    }

    @Test
    void treesAreCopiedBothWays() throws Exception {
        Path here = make("trees");
        String tree = here + "/tree";
        Files.createDirectories(here.resolve("tree/empty"));
        put(here.resolve("tree/d/f"), "x".repeat(300_000), "rw-r-----");
        put(here.resolve("tree/run"), "", "rwxr-xr-x");
        Files.createSymbolicLink(here.resolve("tree/link"), Path.of("d/f"));

        sandlot("cp", tree, environment + ":trees/new").done();
        sandlot("cp", tree, environment + ":trees/new").done();
        sandlot("cp", tree + "/.", environment + ":trees").done();

        assertThat(sandlot(
                                "exec",
                                environment,
                                "cd trees; ls; cd new; ls; cd tree; stat -c '%a %s' d/f run; readlink link")
                        .done())
                .isEqualTo("d\nempty\nlink\nnew\nrun\nd\nempty\nlink\nrun\ntree\n640 300000\n755 0\nd/f\n");
        Path back = here.resolve("back");
        sandlot("cp", environment + ":trees/new/tree", back.toString()).done();
        assertThat(names(back)).containsExactly("d", "empty", "link", "run");
        assertThat(mode(back.resolve("d/f"))).isEqualTo("rw-r-----");
        assertThat(back.resolve("link")).hasContent("x".repeat(300_000));
        sandlot("cp", environment + ":trees/new/tree", back.toString()).done();
        sandlot("exec", environment, "echo changed > trees/new/tree/d/f").done();
        sandlot("cp", environment + ":trees/new/tree/.", back.toString()).done();
        assertThat(names(back)).containsExactly("d", "empty", "link", "run", "tree");
        assertThat(back.resolve("d/f")).hasContent("changed");
        assertThat(back.resolve("tree/d/f")).hasContent("x".repeat(300_000));
        put(here.resolve("file"), "precious", "rw-------");
        assertThat(sandlot("cp", environment + ":trees", here + "/file").exitCode())
                .isEqualTo(1);
        assertThat(here.resolve("file")).hasContent("precious");
    }

    @Test
    void whatASandboxSendsStaysWhereItIsPut() throws Exception {
        Path here = make("hostile");
        sandlot(
                        "exec",
                        environment,
                        "mkdir -p evil/d none; cd evil; echo x > f; chmod 6777 f; mkfifo pipe; ln -s /etc/passwd abs;"
                                + " ln -s d in; ln -s ../../up up; ln -s in/.. back; touch ../none/$(printf '\\377')")
                .done();

        Ran ran = sandlot("--json", "cp", environment + ":evil", here.toString());

        assertThat(Api.parse(ran.done()).getInt("left_out")).isEqualTo(3);
        assertThat(ran.err()).contains("left out: abs -> /etc/passwd");
        assertThat(names(here.resolve("evil"))).containsExactly("d", "f", "in");
        assertThat(Files.getAttribute(here.resolve("evil/f"), "unix:mode")).isEqualTo(0100777);
        Ran none = sandlot("cp", environment + ":none", here.toString());
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("no UTF-8");
        assertThat(names(here)).containsExactly("evil");
    }

    @Test
    void copiesThatFailSayWhyAndLeaveNothing() throws Exception {
        Path here = make("failed");
        assertThat(sandlot("cp", environment + ":not-there", here.toString()).exitCode())
                .isEqualTo(4);
        assertThat(sandlot("cp", here + "/not-there", environment + ":x").exitCode())
                .isEqualTo(4);
        Ran wrong = run(
                start(List.of("SANDLOT_ENVIRONMENT_TOKEN=wrong"), "cp", environment + ":/etc/passwd", here + "/x"), "");
        assertThat(wrong.exitCode()).isEqualTo(3);
        Ran full = sandlot("cp", environment + ":/etc/passwd", "/dev/full");
        assertThat(full.exitCode()).isEqualTo(1);
        assertThat(full.err()).contains("no space left on this machine");
        assertThat(names(here)).isEmpty();
    }

    @Test
    void aSandboxThatIsFullSaysSo() throws Exception {
        Path here = make("full");
        Path big = Files.write(make("full/tree").resolve("big"), new byte[40 << 20]);
        String other = sandlot("env", "create").done().strip();
        sandlot("exec", other, "echo old > f; head -c 240000000 /dev/zero > filler; true")
                .done();

        Ran file = sandlot("cp", big.toString(), other + ":f");
        Ran tree = sandlot("cp", here.toString(), other + ":copy");

        assertThat(file.exitCode()).isEqualTo(1);
        assertThat(file.err()).contains("no space left in the sandbox", "nothing was written");
        assertThat(tree.exitCode()).isEqualTo(1);
        assertThat(tree.err()).contains("no space left in the sandbox", "what came before it was written");
        assertThat(sandlot("exec", other, "cat f").done()).isEqualTo("old\n");
        sandlot("env", "rm", other).done();
    }

    @Test
    void aFileGoesOnWhereItsConnectionBroke() throws Exception {
        int lines = 6_000_000;
        sandlot("exec", environment, "seq " + lines + " > long").done();
        try (BreakingWire wire = new BreakingWire(SERVER.uri())) {
            Process process = builder(
                            List.of("SANDLOT_SERVER=" + wire.uri(), "SANDLOT_KEY=" + IDENTITIES.admin()),
                            "cp",
                            environment + ":long",
                            "-")
                    .redirectError(folder.resolve("long.err").toFile())
                    .start();
            int before = 0;
            try (BufferedReader out = process.inputReader()) {
                for (int line = 1; line <= lines; line++) {
                    if (!Integer.toString(line).equals(out.readLine())) {
                        assertThat(folder.resolve("long.err"))
                                .as("line %d", line)
                                .hasContent("");
                    }
                    if (line == 1000) {
                        before = wire.taken();
                        wire.cut();
                    }
                }
                assertThat(out.readLine()).isNull();
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(wire.taken()).isGreaterThan(before);
        }
    }
}
