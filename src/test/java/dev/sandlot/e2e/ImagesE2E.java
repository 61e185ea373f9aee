package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.image.TestLayer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Environments from images of a real registry. */
class ImagesE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final Set<String> UNDER_WAY = Set.of("building", "provisioning");

    @TempDir
    static Path folder;

    @RegisterExtension
    @Order(1)
    static final RegistryServer REGISTRY = RegistryServer.open();

    @RegisterExtension
    @Order(1)
    static final RegistryServer CLOSED = RegistryServer.closed();

    @RegisterExtension
    @Order(2)
    static final SandlotServer SERVER = SandlotServer.trusting(
                    IDENTITIES,
                    Map.of(
                            "SANDLOT_IMAGE_LIMIT_MIB",
                            "64",
                            "SANDLOT_REGISTRIES",
                            REGISTRY.name() + "," + CLOSED.name() + ",localhost:1",
                            "SANDLOT_REGISTRY_MIRRORS",
                            "localhost:1=" + REGISTRY.name()))
            .with("SANDLOT_REGISTRY_CREDENTIALS", () -> credentials().toString());

    private final Api api = new Api(SERVER, IDENTITIES.admin());
    private final String name = "n" + UUID.randomUUID();

    private static Path credentials() {
        JsonObjectBuilder login = Json.createObjectBuilder().add("auth", RegistryServer.credentials());
        try {
            return Files.writeString(
                    folder.resolve("config.json"),
                    Json.createObjectBuilder()
                            .add("auths", Json.createObjectBuilder().add(CLOSED.name(), login))
                            .build()
                            .toString());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static JsonObjectBuilder nothing() {
        return Json.createObjectBuilder();
    }

    private static JsonObjectBuilder task(String image) {
        return Json.createObjectBuilder().add("image", image);
    }

    private Answer put(JsonObjectBuilder members) throws Exception {
        String definition = members.add("instruction", "x")
                .add("verification", Json.createObjectBuilder())
                .build()
                .toString();
        return Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(definition)));
    }

    private Environment provision(JsonObjectBuilder members) throws Exception {
        Answer made = put(members);
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
        return again();
    }

    private Environment again() throws Exception {
        return api.provision("{\"task_ref\":\"" + name + "\"}");
    }

    /** What becomes of it. */
    private JsonObject settled(Environment environment) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        JsonObject status;
        do {
            status = api.inWorkspace("/" + environment.id() + "/status").body();
            assertThat(System.nanoTime()).as(status.toString()).isLessThan(end);
        } while (UNDER_WAY.contains(status.getString("state")));
        return status;
    }

    private Environment ready(JsonObjectBuilder members) throws Exception {
        Environment environment = provision(members);
        JsonObject status = settled(environment);
        assertThat(status.getString("state")).as(status.toString()).isEqualTo("ready");
        return environment;
    }

    private void assertFails(JsonObjectBuilder members, String reason) throws Exception {
        Environment environment = provision(members);
        JsonObject status = settled(environment);
        assertThat(status.getString("state")).isEqualTo("failed");
        assertThat(status.getString("error")).contains(reason).doesNotContain("Exception", "/tmp/", "dev.sandlot");
        api.execute(environment, "true", Map.of()).isError(409, "conflict_error");
    }

    private String templateStatus() throws Exception {
        return api.get("/api/v1/org/acme/tasks/" + name).body().getString("template_status");
    }

    @Test
    void whatAnImageStartsByItselfIsAServiceWhereItsTaskSaysSo() throws Exception {
        JsonObjectBuilder config = nothing()
                .add("Entrypoint", Json.createArrayBuilder().add("/bin/busybox").add("httpd"))
                .add(
                        "Cmd",
                        Json.createArrayBuilder()
                                .add("-f")
                                .add("-p")
                                .add("8080")
                                .add("-h")
                                .add("/it's $HOME"))
                .add("User", "app");
        byte[] page = new TestLayer()
                .folder("it's $HOME", 0755)
                .file("it's $HOME/page", "from the image\n")
                .gzip();
        REGISTRY.push(name, "1", OciImage.of(config, OciImage.tools(), page));
        JsonObjectBuilder services = nothing().add("web", nothing().add("port", 8080));

        Environment environment =
                ready(task(REGISTRY.name() + "/" + name + ":1").add("services", services));

        String url = environment
                .body()
                .getJsonObject("service_urls")
                .getJsonObject("web")
                .getString("url");
        Answer answer = Api.send(HttpRequest.newBuilder(URI.create(url + "page"))
                .header("Authorization", "Bearer " + environment.token()));
        assertThat(answer.raw().body()).isEqualTo("from the image\n");
        api.delete(environment.id());
    }

    @Test
    void anImageIsPulledOnceAndItsDefaultsCount() throws Exception {
        JsonObjectBuilder config = nothing()
                .add("Env", Json.createArrayBuilder().add("GREETING=hello").add("PLACE=image"))
                .add("User", "app")
                .add("WorkingDir", "/srv/app");
        byte[] app = new TestLayer()
                .folder("srv/app", 0777)
                .owned("srv/app/own", 1000, 1000, "mine\n")
                .gzip();
        REGISTRY.push(name, "1", OciImage.of(config, OciImage.tools(), app));
        JsonObjectBuilder members = task(REGISTRY.name() + "/" + name + ":1")
                .add("env", Json.createObjectBuilder().add("PLACE", "task"));
        assertThat(put(members).status()).isEqualTo(201);
        assertThat(templateStatus()).isEqualTo("pending");

        Environment first = again();
        assertThat(first.body().getString("state")).isEqualTo("building");
        assertThat(settled(first).getString("state")).isEqualTo("ready");

        String seen = "echo $GREETING $PLACE $HOME; id -un; pwd; cat own; stat -c %U:%G:%a own; echo x > made";
        assertThat(api.output(first, seen)).isEqualTo("hello task /home/app\napp\n/srv/app\nmine\napp:app:640\n");
        assertThat(templateStatus()).isEqualTo("ready");
        Environment second = again();
        assertThat(second.body().getString("state")).isEqualTo("ready");
        assertThat(api.output(second, "cat own; ls")).isEqualTo("mine\nown\n");
        api.delete(first.id());
        api.delete(second.id());
    }

    @Test
    void aTasksOwnWordsCountMoreThanTheImages() throws Exception {
        JsonObjectBuilder config = nothing().add("User", "app").add("WorkingDir", "/srv");
        REGISTRY.push(name, "1", OciImage.of(config, OciImage.tools()));

        Environment environment = ready(task(REGISTRY.name() + "/" + name + ":1")
                .add("user", "1000:root")
                .add("workdir", "/opt/there"));

        assertThat(api.output(environment, "id -u; id -g; pwd")).isEqualTo("1000\n0\n/opt/there\n");
        api.delete(environment.id());
    }

    @Test
    void anImageWhoseUserIsNoneIsNotUsed() throws Exception {
        REGISTRY.push(name, "1", OciImage.of(nothing().add("User", "-1"), OciImage.tools()));

        assertFails(task(REGISTRY.name() + "/" + name + ":1"), "The image's user must be user or user:group");
    }

    @Test
    void upperLayersRemoveAndReplaceWhatIsBelow() throws Exception {
        byte[] below = new TestLayer()
                .file("data/gone", "1")
                .file("data/kept", "2")
                .file("opaque/old", "3")
                .file("whole/deep/old", "4")
                .file("replaced", "old")
                .gzip();
        byte[] above = new TestLayer()
                .file("data/.wh.gone", "")
                .file("opaque/.wh..wh..opq", "")
                .file("opaque/new", "5")
                .file(".wh.whole", "")
                .file("replaced", "new")
                .gzip();
        REGISTRY.push(name, "1", OciImage.of(nothing(), OciImage.tools(), below, above, below, above));

        Environment environment = ready(task(REGISTRY.name() + "/" + name + ":1"));

        assertThat(api.output(
                        environment, "cd /; ls data opaque; ls -d whole; cat replaced; echo; rm data/kept; ls data"))
                .isEqualTo("data:\nkept\n\nopaque:\nnew\nls: whole: No such file or directory\nnew\n");
        api.delete(environment.id());
    }

    @Test
    void theImageOfThisMachinesKindIsTaken() throws Exception {
        OciImage good =
                OciImage.of(nothing().add("Env", Json.createArrayBuilder().add("KIND=right")), OciImage.tools());
        OciImage bad =
                OciImage.of(nothing().add("Env", Json.createArrayBuilder().add("KIND=wrong")), OciImage.tools());
        REGISTRY.push(name, "good", good);
        REGISTRY.push(name, "bad", bad);
        String here = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        String elsewhere = here.equals("arm64") ? "amd64" : "arm64";
        byte[] index = OciImage.index(Map.of(elsewhere, bad, here, good));
        String digest = REGISTRY.pushManifest(name, "both", index, OciImage.INDEX);

        Environment environment = ready(task(REGISTRY.name() + "/" + name + "@" + digest));

        assertThat(api.output(environment, "echo $KIND")).isEqualTo("right\n");
        api.delete(environment.id());
    }

    @Test
    void aPrivateRegistryIsShownTheCredentials() throws Exception {
        CLOSED.push(name, "1", OciImage.of(nothing(), OciImage.tools()));

        Environment environment = ready(task(CLOSED.name() + "/" + name + ":1"));

        assertThat(api.output(environment, "echo in")).isEqualTo("in\n");
        api.delete(environment.id());
    }

    @Test
    void aMirrorIsAskedFirst() throws Exception {
        REGISTRY.push(name, "1", OciImage.of(nothing(), OciImage.tools()));

        Environment environment = ready(task("localhost:1/" + name + ":1"));

        assertThat(api.output(environment, "echo mirrored")).isEqualTo("mirrored\n");
        api.delete(environment.id());
    }

    @Test
    void whatIsNotThereFailsWithTheReason() throws Exception {
        assertFails(task(REGISTRY.name() + "/" + name + ":none"), "does not have the image");

        assertThat(templateStatus()).isEqualTo("failed");
    }

    @Test
    void aRegistryThatIsAwayFailsWithTheReason() throws Exception {
        assertFails(task("localhost:1/" + name + ":1"), "can't be reached");
    }

    @Test
    void anImageWithoutAShellFailsWithTheReason() throws Exception {
        REGISTRY.push(
                name,
                "1",
                OciImage.of(nothing(), new TestLayer().file("app", "x").gzip()));

        assertFails(task(REGISTRY.name() + "/" + name + ":1"), "no /bin/sh");
    }

    @Test
    void anImageThatIsTooLargeFailsWithTheReason() throws Exception {
        byte[] bomb = new TestLayer().file("zeros", new byte[80 << 20], 0644).gzip();
        REGISTRY.push(name, "1", OciImage.of(nothing(), OciImage.tools(), bomb));

        assertFails(task(REGISTRY.name() + "/" + name + ":1"), "larger than the 64 MiB");
    }

    @Test
    void aLayerThatIsNoneFailsWithTheReason() throws Exception {
        byte[] noise = "no archive".repeat(500).getBytes(StandardCharsets.UTF_8);
        REGISTRY.push(name, "1", OciImage.of(nothing(), OciImage.tools(), noise));

        assertFails(task(REGISTRY.name() + "/" + name + ":1"), "image");
    }

    @Test
    void publishersNameOnlyRegistriesThatTheOperatorOpened() throws Exception {
        Answer refused = put(task("registry.example/any:1")).isError(422, "validation_error");

        assertThat(refused.faults()).containsExactly("[body,image]");
        assertThat(put(task("not an image")).isError(422, "validation_error").faults())
                .containsExactly("[body,image]");
    }
}
