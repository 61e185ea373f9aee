package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
    private static final String ID = "8d9c0000-0000-4000-8000-000000000001";

    @TempDir
    private Path config;

    private int run(String... args) {
        return Main.run(Map.of("SANDLOT_CONFIG_DIR", config.toString()), args);
    }

    private static JsonObject body(String... args) {
        ExecCommand command = new ExecCommand();
        new CommandLine(command).setStopAtPositional(true).parseArgs(args);
        return command.body();
    }

    @Test
    void oneWordIsShellText() {
        assertThat(body(ID, "ls | wc -l").getString("command")).isEqualTo("ls | wc -l");
        assertThat(body(ID, "ls | wc -l").containsKey("argv")).isFalse();
    }

    @Test
    void severalWordsAreAProgramAndItsArguments() {
        JsonObject body =
                body("--timeout", "5", "-C", "/tmp", "-u", "nobody", "-e", "A=b=c", "-i", ID, "ls", "-C", "--", "a b");

        assertThat(body.getJsonArray("argv"))
                .isEqualTo(Json.createArrayBuilder(List.of("ls", "-C", "--", "a b"))
                        .build());
        assertThat(body.getInt("timeout_sec")).isEqualTo(5);
        assertThat(body.getString("cwd")).isEqualTo("/tmp");
        assertThat(body.getString("user")).isEqualTo("nobody");
        assertThat(body.getJsonObject("env").getString("A")).isEqualTo("b=c");
        assertThat(body.getBoolean("stdin_open")).isTrue();
    }

    @Test
    void wrongArgumentsAreA2() {
        assertThat(run("exec", "no-uuid", "true")).isEqualTo(2);
        assertThat(run("exec", ID)).isEqualTo(2);
        assertThat(run("env", "get")).isEqualTo(2);
        assertThat(run("cp", "a", "b")).isEqualTo(2);
        assertThat(run("cp", ID + ":a", ID + ":b")).isEqualTo(2);
        assertThat(run("cp", ID + ":a")).isEqualTo(2);
        assertThat(run("nothing")).isEqualTo(2);
        assertThat(run("--help")).isZero();
        assertThat(run("generate-completion")).isZero();
    }

    @Test
    void withoutALoginEachSaysSoWithItsExitCode() {
        assertThat(run("env", "list")).isEqualTo(3);
        assertThat(run("cp", "a", ID + ":b")).isEqualTo(3);
        assertThat(run("exec", ID, "true"))
                .as("never a code that a command may have")
                .isEqualTo(125);
    }

    @Test
    void aServerThatIsNotThereIsA5() {
        assertThat(Main.run(
                        Map.of(
                                "SANDLOT_CONFIG_DIR", config.toString(),
                                "SANDLOT_SERVER", "http://127.0.0.1:1",
                                "SANDLOT_WORKSPACE", "a/b",
                                "SANDLOT_KEY", "x"),
                        "env",
                        "list"))
                .isEqualTo(5);
    }

    @Test
    void tablesAreAsWideAsTheyNeed() {
        JsonObject one =
                Json.createObjectBuilder().add("id", "long-one").add("n", 1).build();
        JsonObject other =
                Json.createObjectBuilder().add("id", "x").addNull("n").build();

        assertThat(Shown.table(List.of(one, other), "id", "n")).isEqualTo("ID        N\nlong-one  1\nx         -\n");
        assertThat(Shown.members(other)).isEqualTo("id: x\n");
    }
}
