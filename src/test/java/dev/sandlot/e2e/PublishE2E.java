package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Task versions that are published over HTTP. */
class PublishE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final String TASKS = "/api/v1/org/acme/tasks/";
    private static final String DEFINITION =
            "{\"instruction\":\"Greet {{who}}\",\"verification\":{\"method\":\"none\"},\"env\":{\"GREETING\":\"hello\"},"
                    + "\"limits\":{\"memory\":\"128Mi\",\"cpu\":0.5}}";

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of());

    private final Api api = new Api(SERVER, IDENTITIES.admin());

    private Answer put(Api as, String path, String body) throws Exception {
        return Api.send(
                as.request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void aPublishedTaskCanBeReadAndProvisioned() throws Exception {
        Answer made = put(api, TASKS + "greet/1.2.0", DEFINITION);

        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(TASKS + "greet/1.2.0");
        assertThat(made.body().getString("created_by")).isEqualTo("tester");
        assertThat(api.get(TASKS + "greet/latest").body()).isEqualTo(made.body());
        Environment environment = api.provision("{\"task_ref\":\"greet\",\"inputs\":{\"who\":\"Ada\"}}");
        assertThat(environment.body().getString("instruction")).isEqualTo("Greet Ada");
        assertThat(api.output(environment, "echo $GREETING")).isEqualTo("hello\n");
        api.delete(environment.id());
    }

    @Test
    void aVersionNeverChanges() throws Exception {
        assertThat(put(api, TASKS + "fixed/1.0.0", DEFINITION).status()).isEqualTo(201);

        assertThat(put(api, TASKS + "fixed/1.0.0", DEFINITION).status()).isEqualTo(200);
        assertThat(put(api, TASKS + "fixed/1.0.0", " " + DEFINITION.replace(":{", ": {"))
                        .status())
                .isEqualTo(200);
        put(api, TASKS + "fixed/1.0.0", DEFINITION.replace("Greet", "Insult")).isError(409, "already_exists_error");
        assertThat(put(api, TASKS + "fixed/1.0.1", DEFINITION.replace("Greet", "Insult"))
                        .status())
                .isEqualTo(201);
        assertThat(api.get(TASKS + "fixed/versions").body().getString("latest")).isEqualTo("1.0.1");
    }

    @Test
    void ofEqualOnesAtOnceOneIsNew() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, 8)
                .mapToObj(i -> Api.CLIENT.sendAsync(
                        api.request(TASKS + "race/1.0.0")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(DEFINITION))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();

        assertThat(sent.stream().map(one -> one.join().statusCode()).sorted().toList())
                .containsExactly(200, 200, 200, 200, 200, 200, 200, 201);
    }

    @Test
    void allFaultsOfADefinitionAreToldAtOnce() throws Exception {
        Answer refused = put(
                api,
                TASKS + "faulty/1.0.0",
                "{\"name\":\"other\",\"verification\":1,\"image\":\"/etc\",\"workdir\":\"a/../b\",\"limits\":{\"cpu\":0},"
                        + "\"difficulty\":\"epic\",\"env\":{\"A\":[]},\"tags\":\"x\"}");
        assertThat(refused.isError(422, "validation_error").faults()).containsExactly("[body,name]");

        refused = put(
                api,
                TASKS + "faulty/1.0.0",
                "{\"verification\":1,\"image\":\"/etc\",\"workdir\":\"a/../b\",\"limits\":{\"cpu\":0},"
                        + "\"network\":{\"allow\":[\"pypi.org:443\"]},"
                        + "\"difficulty\":\"epic\",\"env\":{\"A\":[]},\"tags\":\"x\"}");
        assertThat(refused.isError(422, "validation_error").faults())
                .containsExactlyInAnyOrder(
                        "[body,instruction]",
                        "[body,verification]",
                        "[body,image]",
                        "[body,workdir]",
                        "[body,limits,cpu]",
                        "[body,network,allow]",
                        "[body,difficulty]",
                        "[body,env,A]",
                        "[body,tags]");
        put(api, TASKS + "Faulty/latest", DEFINITION).isError(422, "validation_error");
        put(api, TASKS + "faulty/1.0.0", "[]").isError(400, "invalid_error");
    }

    @Test
    void onlyTheOrganizationsAuthorsPublish() throws Exception {
        Api reader = new Api(SERVER, IDENTITIES.withRoles("tasks:read", "environments:write"));
        Api author = new Api(SERVER, IDENTITIES.withRoles("tasks:write"));

        put(reader, TASKS + "mine/1.0.0", DEFINITION).isError(403, "forbidden_error");
        put(author, "/api/v1/org/other/tasks/mine/1.0.0", DEFINITION).isError(403, "forbidden_error");
        assertThat(put(author, TASKS + "mine/1.0.0", DEFINITION).status()).isEqualTo(201);
    }

    @Test
    void publishedTasksOutliveTheServer() throws Exception {
        put(api, TASKS + "lasting/3.0.0", DEFINITION);

        SERVER.kill();
        SERVER.start();

        assertThat(api.get(TASKS + "lasting").body().getString("version")).isEqualTo("3.0.0");
        put(api, TASKS + "lasting/3.0.0", DEFINITION.replace("Greet", "x")).isError(409, "already_exists_error");
    }
}
