package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server whose sandboxes an OCI runtime makes. What these hold is the sandbox's suites' business. */
class RuntimeE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final String RUNC = "/usr/bin/runc";
    private static final SandlotServer SERVER =
            SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_SANDBOX_RUNTIME", RUNC));

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(RUNC)), "runc is not installed");
        SERVER.beforeAll(null);
    }

    @AfterAll
    static void end() throws Exception {
        if (Files.isExecutable(Path.of(RUNC))) {
            SERVER.afterAll(null);
        }
    }

    @Test
    void commandsRunInContainersThatOutliveTheServer() throws Exception {
        Environment environment = api.provision();
        assertThat(api.output(environment, "echo kept > file; cat /proc/1/comm"))
                .isEqualTo(".sandlot\n");

        SERVER.kill();
        SERVER.start();

        assertThat(api.output(environment, "cat file")).isEqualTo("kept\n");
        Answer late = api.execute(environment, "echo before; sleep 60", Map.of("timeout_sec", 1));
        late.isError(504, "gateway_timeout_error");
        assertThat(api.execution(environment, late.header("X-Execution-Id"))
                        .body()
                        .getString("output"))
                .isEqualTo("before\n");
        api.delete(environment.id());
    }

    @Test
    void servicesAreReachedThere() throws Exception {
        String service = "{\"command\":\"echo page > page; exec busybox httpd -f -p 8000\",\"port\":8000}";
        Answer published = Api.send(api.request("/api/v1/org/acme/tasks/contained/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(
                        "{\"instruction\":\"x\",\"verification\":{},\"services\":{\"web\":" + service + "}}")));
        assertThat(published.status()).as(published.raw().body()).isEqualTo(201);
        Environment environment = api.provision("{\"task_ref\":\"contained\"}");

        String url = environment
                .body()
                .getJsonObject("service_urls")
                .getJsonObject("web")
                .getString("url");
        Answer page = Api.send(HttpRequest.newBuilder(URI.create(url + "page"))
                .header("Authorization", "Bearer " + environment.token()));

        assertThat(page.raw().body()).isEqualTo("page\n");
        api.delete(environment.id());
    }

    @Test
    void aNetworkIsNotToBeHadThere() throws Exception {
        Answer health = Answer.of(Api.plainGet(SERVER.uri().resolve("/health/ready")));

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.body().getJsonArray("checks").toString())
                .contains("\"egress\":false")
                .contains("\"memory\":true");
    }

    @Test
    void whatIsNoRuntimeStopsTheServerWithASentence() throws Exception {
        SandlotServer server = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_SANDBOX_RUNTIME", "/bin/nothing"));

        assertThat(server.refuse()).contains("SANDLOT_SANDBOX_RUNTIME must be builtin, or the absolute path");
    }
}
