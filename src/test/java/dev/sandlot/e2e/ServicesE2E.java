package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Servers of tasks: started, probed, started again, reached from outside with the execute token. */
class ServicesE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Answers by what it is asked for; busybox runs it for each connection. */
    private static final String SERVER_SCRIPT = """
            #!/bin/sh
            CR=$(printf '\\r')
            read method path version
            length=0
            headers=
            while read -r line; do
                line=${line%$CR}
                [ -n "$line" ] || break
                case $line in Content-Length:*) length=${line#*: };; esac
                headers="$headers$line
            "
            done
            ok() { printf 'HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\n'; }
            case $path in
            /garbage) echo this is no HTTP;;
            /nothing) ;;
            /flood) ok; i=0; while [ $i -lt 3000 ]; do printf 'X-%s: y\\r\\n' $i; i=$((i+1)); done; printf '\\r\\n';;
            /count) ok; printf '\\r\\n'; head -c $length | wc -c;;
            /much) ok; printf '\\r\\n'; head -c 8388608 /dev/zero;;
            /events) ok; printf '\\r\\nfirst\\n'; read line < /workspace/fifo; echo $line;;
            /status) printf 'HTTP/1.1 418 Whatever\\r\\nX-Kept: 1\\r\\nConnection: X-Dropped\\r\\nX-Dropped: 1\\r\\n'
                printf 'Strict-Transport-Security: max-age=1\\r\\nContent-Length: 2\\r\\n\\r\\nno';;
            *) ok; printf '\\r\\n%s %s\\n%s' "$method" "$path" "$headers";;
            esac
            """;

    @TempDir
    static Path secrets;

    @RegisterExtension
    static final SandlotServer SERVER =
            SandlotServer.trusting(IDENTITIES, Map.of()).with("SANDLOT_SECRETS_DIR", () -> secrets.toString());

    private final Api api = new Api(SERVER, IDENTITIES.admin());
    private final String name = "s" + UUID.randomUUID();

    private Answer publish(JsonObjectBuilder task) throws Exception {
        return Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(task.add("instruction", "Look at {{web_url}}")
                        .add("verification", Json.createObjectBuilder())
                        .build()
                        .toString())));
    }

    private static JsonObjectBuilder task(JsonObjectBuilder service) {
        return Json.createObjectBuilder()
                .add("services", Json.createObjectBuilder().add("web", service));
    }

    private static JsonObjectBuilder service(String command) {
        return Json.createObjectBuilder().add("command", command).add("port", 8000);
    }

    private String provisionBody() {
        return "{\"task_ref\":\"" + name + "\"}";
    }

    private Environment provision(JsonObjectBuilder task) throws Exception {
        Answer published = publish(task);
        assertThat(published.status()).as(published.raw().body()).isEqualTo(201);
        return api.provision(provisionBody());
    }

    /** One with a service that knows all that the tests ask for. */
    private Environment scripted(String restart) throws Exception {
        String command = "echo $$ > pid; echo started; exec busybox nc -ll -p 8000 -e /opt/serve";
        JsonObjectBuilder script =
                Json.createObjectBuilder().add("content", SERVER_SCRIPT).add("mode", "0755");
        return provision(task(service(command).add("restart", restart).add("path", "/"))
                .add("files", Json.createObjectBuilder().add("/opt/serve", script)));
    }

    private static URI url(JsonObject body) {
        return URI.create(
                body.getJsonObject("service_urls").getJsonObject("web").getString("url"));
    }

    private static HttpRequest.Builder request(URI uri, String token) {
        return HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Authorization", "Bearer " + token);
    }

    private static Answer ask(Environment environment, String path) throws Exception {
        return Api.send(request(url(environment.body()).resolve(path), environment.token()));
    }

    private String logs(Environment environment) throws Exception {
        return api.inWorkspace("/" + environment.id() + "/logs").body().getString("logs");
    }

    /** The service has been started that many times, and answers. */
    private void awaitStarts(Environment environment, int times) throws Exception {
        while (logs(environment).split("web: started", -1).length <= times
                || ask(environment, "x").status() != 200) {
            api.output(environment, "sleep 0.1");
        }
    }

    @Test
    void aReadyEnvironmentsServiceAnswersAtItsUrl() throws Exception {
        Environment environment = scripted("always");

        URI url = url(environment.body());
        assertThat(url.toString())
                .isEqualTo(environment.body().getString("instruction").substring("Look at ".length()))
                .startsWith(SERVER.uri().toString());
        JsonObject named = environment.body().getJsonObject("service_urls").getJsonObject("web");
        assertThat(named.getString("host")).isEqualTo(SERVER.uri().getHost());
        assertThat(named.getInt("port")).isEqualTo(SERVER.uri().getPort());
        assertThat(url(api.inWorkspace("/" + environment.id()).body())).isEqualTo(url);
        assertThat(url(api.inWorkspace("/" + environment.id() + "/status").body()))
                .isEqualTo(url);

        String answer = ask(environment, "a%20b/c?d=e%2Ff&g").raw().body();
        assertThat(answer.lines())
                .startsWith("GET /a%20b/c?d=e%2Ff&g")
                .contains(
                        "Host: localhost:8000",
                        "X-Forwarded-Prefix: "
                                + url.getPath().substring(0, url.getPath().length() - 1));
        assertThat(answer).doesNotContain(environment.token()).doesNotContainIgnoringCase("authorization");
        assertThat(logs(environment)).contains(" web: started\n", " service web is ready\n");
        api.delete(environment.id());
        assertThat(api.inWorkspace("/" + environment.id()).body().isNull("service_urls"))
                .isTrue();
    }

    @Test
    void aServiceWithABearerOfItsOwnGetsIt() throws Exception {
        Environment environment = scripted("always");

        String answer = Api.send(
                        request(url(environment.body()), "its-own").header("X-Environment-Token", environment.token()))
                .raw()
                .body();

        assertThat(answer).contains("Authorization: Bearer its-own\n").doesNotContain(environment.token());
        api.delete(environment.id());
    }

    @Test
    void statusAndHeadersOfTheMessageComeThroughAndThoseOfTheConnectionDoNot() throws Exception {
        Environment environment = scripted("always");

        Answer answer = ask(environment, "status");

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.raw().body()).isEqualTo("no");
        assertThat(answer.header("X-Kept")).isEqualTo("1");
        assertThat(answer.raw().headers().map())
                .doesNotContainKeys("x-dropped", "strict-transport-security", "www-authenticate");
        api.delete(environment.id());
    }

    @Test
    void largeBodiesGoBothWays() throws Exception {
        Environment environment = scripted("always");
        URI url = url(environment.body());
        byte[] large = new byte[8 << 20];

        Answer counted =
                Api.send(request(url.resolve("count"), environment.token()).POST(BodyPublishers.ofByteArray(large)));
        HttpResponse<byte[]> much = Api.CLIENT.send(
                request(url.resolve("much"), environment.token()).build(), BodyHandlers.ofByteArray());

        assertThat(counted.raw().body().strip()).isEqualTo(Integer.toString(large.length));
        assertThat(much.body()).isEqualTo(large);
        api.delete(environment.id());
    }

    @Test
    void whatAServiceSaysArrivesBeforeItHasSaidAll() throws Exception {
        Environment environment = scripted("always");
        api.output(environment, "mkfifo fifo");

        HttpResponse<InputStream> answer = Api.CLIENT.send(
                request(url(environment.body()).resolve("events"), environment.token())
                        .build(),
                BodyHandlers.ofInputStream());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).isEqualTo("first");
            api.output(environment, "echo second > fifo");
            assertThat(reader.readLine()).isEqualTo("second");
            assertThat(reader.readLine()).isNull();
        }
        api.delete(environment.id());
    }

    @Test
    void noHttpIsABadGateway() throws Exception {
        Environment environment = scripted("always");

        for (String path : List.of("garbage", "nothing", "flood")) {
            Answer refused = ask(environment, path).isError(502, "bad_gateway_error");
            assertThat(refused.body().getString("detail")).as(path).contains("The service web ");
        }
        api.delete(environment.id());
    }

    @Test
    void onlyTheEnvironmentsOwnTokenOpensIt() throws Exception {
        Environment environment = scripted("always");
        Environment other = api.provision();
        URI url = url(environment.body());

        Api.send(HttpRequest.newBuilder(url).timeout(PATIENCE)).isError(401, "authentication_error");
        for (String token : List.of("wrong", other.token(), IDENTITIES.admin())) {
            Api.send(request(url, token)).isError(403, "forbidden_error");
        }
        URI unknown = URI.create(
                url.toString().replace(environment.id(), UUID.randomUUID().toString()));
        Api.send(request(unknown, environment.token())).isError(403, "forbidden_error");
        Api.send(request(url.resolve("../none/"), environment.token())).isError(404, "not_found_error");
        Api.send(request(url.resolve("/_services/x"), environment.token())).isError(404, "not_found_error");
        api.delete(other.id());
        api.delete(environment.id());
        Api.send(request(url, environment.token())).isError(409, "conflict_error");
        assertThat(SERVER.log()).doesNotContain(environment.token()).doesNotContain("CWWKS5523E");
    }

    @Test
    void aServiceThatDiesIsStartedAgain() throws Exception {
        Environment environment = scripted("on-failure");

        api.output(environment, "kill -9 $(cat pid)");

        awaitStarts(environment, 2);
        assertThat(logs(environment)).contains("service web was killed by signal 9; it is started again in 1 s");
        api.delete(environment.id());
    }

    @Test
    void aServiceThatIsDoneStaysSo() throws Exception {
        Environment environment = provision(task(service("busybox nc -l -p 8000 > /dev/null; echo bye; exit 0")));

        String logs;
        do {
            logs = logs(environment);
        } while (!logs.contains("service web ended with exit code 0\n"));

        assertThat(logs).contains(" web: bye\n");
        assertThat(ask(environment, "").isError(502, "bad_gateway_error").body().getString("detail"))
                .isEqualTo("The service web takes no connection now");
        api.delete(environment.id());
    }

    @Test
    void aServiceThatEndsBeforeItAnswersFailsTheEnvironment() throws Exception {
        assertThat(publish(task(service("echo no luck; exit 3").add("restart", "never")))
                        .status())
                .isEqualTo(201);

        Answer refused = api.post("", provisionBody(), Map.of());

        assertThat(refused.isError(502, "bad_gateway_error").body().getString("detail"))
                .contains("The service web ended before it answered");
        JsonObject failed = api.inWorkspace("?state=failed").body().getJsonArray("environments").stream()
                .map(item -> item.asJsonObject())
                .filter(item -> item.getString("task_ref").startsWith("acme/" + name))
                .findFirst()
                .orElseThrow();
        assertThat(failed.getString("error")).isEqualTo("The service web ended before it answered");
        assertThat(logs(new Environment(failed.getString("id"), "", failed)))
                .contains("service web ended with exit code 3\n", "its services printed last\n    web: no luck\n");
    }

    @Test
    void aServiceThatNeverAnswersFailsTheEnvironment() throws Exception {
        assertThat(publish(task(service("exec sleep 600").add("start_timeout_sec", 1)))
                        .status())
                .isEqualTo(201);

        assertThat(api.post("", provisionBody(), Map.of())
                        .isError(502, "bad_gateway_error")
                        .body()
                        .getString("detail"))
                .contains("did not answer on port 8000 within 1 s");
    }

    @Test
    void aServiceOutlivesTheServerAndIsLookedAfterByTheNext() throws Exception {
        Environment environment = scripted("always");
        String pid = api.output(environment, "cat pid");

        SERVER.kill();
        SERVER.start();

        assertThat(ask(environment, "").status()).isEqualTo(200);
        assertThat(api.output(environment, "cat pid")).isEqualTo(pid);
        assertThat(logs(environment)).contains(" web: started\n");
        api.output(environment, "kill -9 $(cat pid)");
        awaitStarts(environment, 2);
        assertThat(api.output(environment, "cat pid")).isNotEqualTo(pid);
        api.delete(environment.id());
    }

    @Test
    void aServiceHasTheSecretsOfItsEnvironmentAndTheLogHasNot() throws Exception {
        Files.createDirectories(secrets.resolve("acme"));
        Files.writeString(secrets.resolve("acme/key"), "s3cr3t-of-a-service\n");
        String command = "echo ${#KEY} > length; exec busybox httpd -f -p 8000";
        assertThat(publish(task(service(command))).status()).isEqualTo(201);

        Environment environment = api.provision("{\"task_ref\":\"" + name + "\",\"secret_ids\":[\"key\"]}");

        assertThat(api.output(environment, "cat length")).isEqualTo("19\n");
        assertThat(logs(environment)).doesNotContain("s3cr3t-of-a-service");
        api.delete(environment.id());
    }

    @Test
    void servicesThatAreNoneAreFaults() throws Exception {
        JsonObjectBuilder services = Json.createObjectBuilder()
                .add("Bad Name", service("x"))
                .add("text", "x")
                .add("no-port", Json.createObjectBuilder().add("command", "x"))
                .add("high", Json.createObjectBuilder().add("command", "x").add("port", 65_536))
                .add("empty", service(" "))
                .add(
                        "odd",
                        service("x").add("path", "x").add("restart", "perhaps").add("start_timeout_sec", 121));

        assertThat(publish(Json.createObjectBuilder().add("services", services))
                        .isError(422, "validation_error")
                        .faults())
                .containsExactlyInAnyOrder(
                        "[body,services,Bad Name]",
                        "[body,services,text]",
                        "[body,services,no-port,port]",
                        "[body,services,high,port]",
                        "[body,services,empty,command]",
                        "[body,services,odd,path]",
                        "[body,services,odd,restart]",
                        "[body,services,odd,start_timeout_sec]");
    }

    @Test
    void aServiceWithoutACommandNeedsAnImageThatHasOne() throws Exception {
        assertThat(publish(task(Json.createObjectBuilder().add("port", 80))).status())
                .isEqualTo(201);

        assertThat(api.post("", provisionBody(), Map.of())
                        .isError(502, "bad_gateway_error")
                        .body()
                        .getString("detail"))
                .contains("The service web has no command");
    }
}
