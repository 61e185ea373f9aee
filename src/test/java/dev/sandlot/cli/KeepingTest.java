package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeepingTest {
    private static final String KEY = "dn_key_x";
    private static final UUID ONE = new UUID(1, 1);
    private static final UUID OTHER = new UUID(1, 2);

    @TempDir
    private Path home;

    private Keeping keeping;
    private Path folder;

    @BeforeEach
    void make() {
        folder = Keeping.folder(Map.of(), home);
        keeping = new Keeping(folder);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void nobodyElseReadsWhatIsKept() throws Exception {
        Path kept =
                keeping.keepLogin(Json.createObjectBuilder().add("secret", KEY).build());
        keeping.keepToken(ONE, "t1");

        assertThat(kept).isEqualTo(home.resolve(".config/sandlot/login.json"));
        assertThat(mode(kept)).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("environments"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("environments").resolve(ONE.toString()))).isEqualTo("rw-------");
        assertThat(mode(folder)).isEqualTo("rwx------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void whatOthersCouldReadIsReplacedByWhatTheyCannot() throws Exception {
        Files.createDirectories(folder);
        Path file = Files.writeString(folder.resolve("login.json"), "{}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        keeping.keepLogin(Json.createObjectBuilder().add("secret", KEY).build());

        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void tokensOfEnvironmentsAreKeptUntilTheyAreForgotten() {
        keeping.keepToken(ONE, "t1");
        keeping.keepToken(OTHER, "t2");
        keeping.forgetToken(ONE);
        keeping.forgetToken(ONE);

        assertThat(keeping.token(ONE)).isEmpty();
        assertThat(keeping.token(OTHER)).contains("t2");
    }

    @Test
    void aFileThatIsBrokenIsSaid() throws Exception {
        Files.createDirectories(folder);
        for (String broken : List.of("", "{", "[]", "\"x\"")) {
            Files.writeString(folder.resolve("login.json"), broken);

            assertThatThrownBy(keeping::login).isInstanceOf(Failure.class).hasMessageContaining("login.json");
        }
    }

    @Test
    void theFolderIsWhereVariablesSay() {
        assertThat(Keeping.folder(Map.of("XDG_CONFIG_HOME", "/c"), home)).hasToString("/c/sandlot");
        assertThat(Keeping.folder(Map.of("XDG_CONFIG_HOME", "/c", "SANDLOT_CONFIG_DIR", "/d"), home))
                .hasToString("/d");
    }

    @Test
    void whatWasSaidWinsOverVariablesAndTheseOverTheLogin() {
        keeping.keepLogin(new Profile(URI.create("https://kept"), "kept/main", KEY).toJson());
        Settings said = new Settings();

        assertThat(Profile.find(said, Map.of(), keeping).workspace()).isEqualTo("kept/main");
        Map<String, String> variables =
                Map.of("SANDLOT_WORKSPACE", "v/main", "SANDLOT_SERVER", "http://v", "SANDLOT_KEY", "jwt");
        Profile byVariables = Profile.find(said, variables, keeping);
        assertThat(byVariables).isEqualTo(new Profile(URI.create("http://v"), "v/main", "jwt"));
        said.workspace = "said/main";
        assertThat(Profile.find(said, variables, keeping).workspace()).isEqualTo("said/main");
    }

    @Test
    void aSecretThatIsKeptGoesToNoOtherServer() {
        keeping.keepLogin(new Profile(URI.create("https://kept"), "kept/main", KEY).toJson());
        Settings said = new Settings();
        said.server = URI.create("https://other");

        assertThatThrownBy(() -> Profile.find(said, Map.of(), keeping)).isInstanceOf(Failure.class);
        assertThat(Profile.find(said, Map.of("SANDLOT_KEY", "own"), keeping).secret())
                .isEqualTo("own");
    }

    @Test
    void withoutALoginNothingIsGuessed() {
        assertThatThrownBy(() -> Profile.find(new Settings(), Map.of(), keeping))
                .isInstanceOfSatisfying(
                        Failure.class, told -> assertThat(told.exitCode()).isEqualTo(Failure.FORBIDDEN))
                .hasMessageContaining("sandlot login");
    }

    @Test
    void aSecretGoesInItsHeaderAndIntoNoText() {
        Profile keyed = new Profile(URI.create("https://s/"), "a/b", KEY);
        Profile bearer = new Profile(URI.create("https://s"), "a/b", "eyJ.x.y");

        assertThat(keyed.credential()).isEqualTo(Map.entry("X-API-Key", KEY));
        assertThat(bearer.credential()).isEqualTo(Map.entry("Authorization", "Bearer eyJ.x.y"));
        assertThat(keyed.toString()).doesNotContain(KEY);
        assertThat(keyed.environments("/x")).hasToString("https://s/api/v1/org/a/ws/b/environments/x");
    }

    @Test
    void whatIsNoWorkspaceOrServerIsSaid() {
        assertThatThrownBy(() -> new Profile(URI.create("https://s"), "a", KEY)).hasMessageContaining("ORG/WORKSPACE");
        assertThatThrownBy(() -> new Profile(URI.create("s:9080"), "a/b", KEY)).hasMessageContaining("https://");
    }
}
