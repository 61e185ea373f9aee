package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.e2e.Api.Answer;
import example.RunServlet;
import example.SandlotClient;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The examples as they are: a page in a browser, and an application on MicroProfile. That one runs beside Sandlot, in a
 * server of the files that the README names.
 */
class ExamplesE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final Path PAGE = Path.of("examples/browser/index.html");
    private static final String BEANS =
            "<beans xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"4.0\" bean-discovery-mode=\"all\"/>";
    private static final String SCOPES =
            "{\"name\":\"example\",\"allowed_scopes\":[\"environments:read\",\"environments:write\","
                    + "\"environments:execute\"]}";

    @RegisterExtension
    @Order(1)
    static final BrowserPage NAMED = new BrowserPage(PAGE);

    @RegisterExtension
    @Order(1)
    static final BrowserPage OTHER = new BrowserPage(PAGE);

    @RegisterExtension
    @Order(2)
    static final SandlotServer SERVER = server();

    private final Api api = new Api(SERVER, IDENTITIES.admin());
    private String key;

    private static SandlotServer server() {
        try {
            SandlotServer server = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_CORS_ORIGINS", NAMED.origin()))
                    .laidOutByHand();
            ShrinkWrap.create(WebArchive.class)
                    .addClasses(SandlotClient.class, RunServlet.class)
                    .addAsWebInfResource(new StringAsset(BEANS), "beans.xml")
                    .as(ZipExporter.class)
                    .exportTo(server.folder("apps").resolve("client.war").toFile());
            configure(
                    server,
                    "client",
                    "<featureManager><feature>mpRestClient-4.0</feature></featureManager>"
                            + "<webApplication location=\"client.war\" contextRoot=\"/client\"/>"
                            + "<variable name=\"sandlot/mp-rest/url\" value=\"" + server.uri()
                            + "/api/v1/org/acme/ws/main\"/>");
            return server;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Also of a server that runs. */
    private static void configure(SandlotServer server, String name, String elements) throws IOException {
        Path whole = Files.writeString(server.folder("drafts").resolve(name), "<server>" + elements + "</server>");
        Files.move(whole, server.folder("configDropins/overrides").resolve(name + ".xml"));
    }

    @BeforeEach
    void makeKey() throws Exception {
        Answer made = Api.send(api.request("/api/v1/user/api-keys")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(SCOPES)));
        key = made.body().getString("key");
    }

    private Map<String, String> form(String command) {
        return Map.of("server", SERVER.uri().toString(), "workspace", "acme/main", "key", key, "command", command);
    }

    private int environments() throws Exception {
        return api.inWorkspace("").body().getInt("total");
    }

    @Test
    void aPageRunsACommandFromWithinABrowser() throws Exception {
        assumeBrowser();
        JsonObject shown = NAMED.send(form("echo '<out>'; echo err >&2; exit 3"));

        assertThat(shown.getString("state")).isEqualTo("exit code 3");
        assertThat(shown.getString("stdout")).isEqualTo("<out>\n");
        assertThat(shown.getString("stderr")).isEqualTo("err\n");
    }

    @Test
    void aBrowserKeepsPagesOfOtherOriginsOut() throws Exception {
        assumeBrowser();
        int before = environments();

        JsonObject shown = OTHER.send(form("echo out"));

        assertThat(shown.getString("state"))
                .isEqualTo(
                        "no answer: is the server there, and does SANDLOT_CORS_ORIGINS name " + OTHER.origin() + "?");
        assertThat(shown.getString("stdout")).isEmpty();
        assertThat(environments()).isEqualTo(before);
    }

    private static void assumeBrowser() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/chromium")), "there is no chromium");
    }

    private static HttpResponse<String> run(String command, String input) throws Exception {
        return Api.CLIENT.send(
                HttpRequest.newBuilder(URI.create(SERVER.uri() + "/client/run?command="
                                + URLEncoder.encode(command, StandardCharsets.UTF_8)))
                        .timeout(Duration.ofSeconds(60))
                        .POST(BodyPublishers.ofString(input))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void anApplicationOnMicroProfileRunsACommand() throws Exception {
        configure(SERVER, "key", "<variable name=\"sandlot.key\" value=\"" + key + "\"/>");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        HttpResponse<String> ran = run("tr a-z A-Z < input > output", "hello");
        while (ran.statusCode() == 500) {
            // The container has not seen its new configuration yet.
            assertThat(System.nanoTime()).as(ran.body() + SERVER.log()).isLessThan(end);
            ran = run("tr a-z A-Z < input > output", "hello");
        }

        assertThat(ran.body()).isEqualTo("HELLO");
        assertThat(run("echo no; exit 3", "").body()).isEqualTo("exit code 3: no\n");
        HttpResponse<String> refused = run("true", "");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).isEqualTo("There is no file output");
        assertThat(run("", "").body()).startsWith("command: ");
    }
}
