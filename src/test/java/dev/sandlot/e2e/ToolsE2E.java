package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.Sha256;
import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Identities.Token;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a language model can do by the Model Context Protocol: what its caller can do by the API, in the same bounds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToolsE2E {
    private static final String ENDPOINT = "/api/v1/org/acme/ws/main/mcp";
    private static final Identities IDENTITIES = new Identities();

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SandlotServer SERVER =
            SandlotServer.trusting(IDENTITIES, Map.of()).with("SANDLOT_TASKS_DIR", () -> tasks());

    private Api api;
    private McpSyncClient model;
    private Api.Environment environment;

    /** Has one whose image is an empty folder: not even a shell is there. */
    private static String tasks() {
        try {
            Path image = Files.createDirectories(folder.resolve("image"));
            for (Path open : List.of(folder, image)) {
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Path tasks = Files.createDirectories(folder.resolve("tasks"));
            Files.writeString(
                    tasks.resolve("task.yaml"),
                    "name: bare\nversion: 1.0.0\norg: acme\ninstruction: x\nverification: {}\nimage: " + image + "\n");
            return tasks.toString();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @BeforeAll
    void connect() throws Exception {
        api = new Api(SERVER, IDENTITIES.admin());
        model = client(Map.of("Authorization", "Bearer " + IDENTITIES.admin()));
        model.initialize();
        environment = api.provision();
    }

    @AfterAll
    void tearDown() throws Exception {
        api.delete(environment.id());
        model.close();
    }

    private static McpSyncClient client(Map<String, String> headers) {
        return McpClient.sync(
                        HttpClientStreamableHttpTransport.builder(SERVER.uri().toString())
                                .endpoint(ENDPOINT)
                                .jsonMapper(new JacksonMcpJsonMapperSupplier().get())
                                .addHttpRequestCustomizer(
                                        (request, method, uri, body, context) -> headers.forEach(request::setHeader))
                                .build())
                .requestTimeout(Duration.ofSeconds(60))
                .jsonSchemaValidator((schema, content) -> ValidationResponse.asValid(""))
                .build();
    }

    /** What a tool says, and the word for programs that comes with what files say. */
    private record Said(boolean failed, String text, CallToolResult whole) {
        JsonObject json() {
            assertThat(failed).as(text).isFalse();
            return Api.parse(text);
        }

        /** The sentence of a failure that the API would answer with that status. */
        String failure(int status, String word) {
            assertThat(whole.meta()).as(text).containsEntry("X-File-Error", word);
            return failure(status);
        }

        /** The same of what has no such word. */
        String failure(int status) {
            assertThat(failed).as(text).isTrue();
            assertThat(((Map<?, ?>) whole.structuredContent()).get("code"))
                    .as(text)
                    .isEqualTo(status);
            return text;
        }
    }

    private static Said call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
        String text = ((TextContent) result.content().get(0)).text();
        return new Said(Boolean.TRUE.equals(result.isError()), text, result);
    }

    private Said say(String tool, Map<String, Object> arguments) {
        Map<String, Object> all =
                new HashMap<>(Map.of("environment_id", environment.id(), "execute_token", environment.token()));
        all.putAll(arguments);
        return call(model, tool, all);
    }

    private static Answer message(Api caller, String body, Map<String, String> headers) throws Exception {
        var request = caller.request(ENDPOINT)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return Api.send(request);
    }

    private static String callOf(String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    @Test
    void aModelIsToldOfItsTools() {
        List<Tool> tools = model.listTools().tools();

        assertThat(tools)
                .extracting(Tool::name)
                .containsExactlyInAnyOrder(
                        "create",
                        "list",
                        "stop",
                        "exec",
                        "exec_start",
                        "exec_poll",
                        "exec_kill",
                        "read_file",
                        "write_file");
        assertThat(tools).allSatisfy(tool -> {
            assertThat(tool.description()).isNotBlank();
            assertThat(tool.inputSchema()).containsEntry("type", "object").containsKey("properties");
        });
        assertThat(model.getServerInstructions()).contains("execute_token");
    }

    @Test
    void anEnvironmentIsMadeUsedListedAndStopped() throws Exception {
        JsonObject made = call(model, "create", Map.of("timeout_sec", 600)).json();
        String id = made.getString("id");
        Map<String, Object> keys = Map.of("environment_id", id, "execute_token", made.getString("execute_token"));

        assertThat(made.getString("state")).isEqualTo("ready");
        Map<String, Object> exec = new HashMap<>(keys);
        exec.put("command", "cat; echo $GREETING >&2; exit 3");
        exec.put("stdin", "in ");
        exec.put("env", Map.of("GREETING", "hello"));
        JsonObject ran = call(model, "exec", exec).json();
        assertThat(ran.getInt("exit_code")).isEqualTo(3);
        assertThat(ran.getString("output")).isEqualTo("in hello\n");
        assertThat(call(model, "list", Map.of("state", List.of("ready"))).json().toString())
                .contains(id)
                .doesNotContain("execute_token");
        assertThat(call(model, "stop", Map.of("environment_id", id)).json().getString("state"))
                .isEqualTo("torn_down");
        assertThat(call(model, "exec", exec).failure(409)).contains("torn_down");
    }

    @Test
    void whatToolsDidIsToldToTheAuditAsTheOperationsAre() throws Exception {
        JsonObject made = call(model, "create", Map.of()).json();
        String id = made.getString("id");
        Map<String, Object> file = new HashMap<>(Map.of(
                "environment_id",
                id,
                "execute_token",
                made.getString("execute_token"),
                "path",
                "/tmp/told",
                "content",
                "hello"));
        call(model, "write_file", file).json();
        file.put("append", true);
        call(model, "write_file", file).json();
        call(model, "read_file", file).json();
        call(model, "stop", Map.of("environment_id", id));

        List<JsonObject> told =
                api.get("/api/v1/audit?limit=200&environment_id=" + id).body().getJsonArray("entries").stream()
                        .map(JsonValue::asJsonObject)
                        .toList();
        assertThat(told)
                .extracting(entry -> entry.getString("operation") + " " + entry.getInt("output_bytes", -1) + " "
                        + entry.getString("command_sha256", "-"))
                .containsExactly(
                        "deleteEnvironment -1 -",
                        "readFile 10 " + Sha256.of("/tmp/told"),
                        "appendToFile 5 " + Sha256.of("/tmp/told"),
                        "writeFile 5 " + Sha256.of("/tmp/told"),
                        "provisionEnvironment -1 -");
        assertThat(told.toString()).doesNotContain("hello");
    }

    @Test
    void filesGoBothWays() throws Exception {
        assertThat(say("write_file", Map.of("path", "/tmp/deep/er/-x", "content", "grüße\n"))
                        .json()
                        .getInt("bytes"))
                .isEqualTo(8);
        say("write_file", Map.of("path", "/tmp/deep/er/-x", "content", "more", "append", true))
                .json();

        JsonObject read = say("read_file", Map.of("path", "/tmp/deep/er/-x")).json();
        assertThat(read.getString("content")).isEqualTo("grüße\nmore");
        assertThat(read.containsKey("next_offset")).isFalse();
        JsonObject head =
                say("read_file", Map.of("path", "/tmp/deep/er/-x", "limit", 3)).json();
        assertThat(head.getString("content"))
                .as("of a character all or nothing")
                .isEqualTo("gr");
        assertThat(head.getInt("next_offset")).isEqualTo(2);
        JsonObject part = say("read_file", Map.of("path", "/tmp/deep/er/-x", "offset", 8, "limit", 2))
                .json();
        assertThat(part.getString("content")).isEqualTo("mo");
        assertThat(part.getInt("next_offset")).isEqualTo(10);
        say("write_file", Map.of("path", "relative", "content_base64", "AP8=")).json();
        assertThat(say("read_file", Map.of("path", "relative")).json().getString("content_base64"))
                .isEqualTo("AP8=");
        assertThat(api.output(environment, "od -An -tx1 relative")).contains("00 ff");
    }

    @Test
    void whatIsWrongWithAFileIsSaid() throws Exception {
        assertThat(say("read_file", Map.of("path", "/no/such")).failure(404, "file_not_found"))
                .isEqualTo("There is no file /no/such");
        assertThat(say("read_file", Map.of("path", "/tmp")).failure(409, "is_directory"))
                .isEqualTo("/tmp is a directory");
        for (boolean append : List.of(false, true)) {
            assertThat(say("write_file", Map.of("path", "/tmp", "content", "", "append", append))
                            .failure(409, "is_directory"))
                    .isEqualTo("/tmp is a directory");
        }
        assertThat(say("write_file", Map.of("path", "/dev/null/x", "content", ""))
                        .failure(409, "not_a_directory"))
                .contains("/dev/null/x");
        assertThat(say("write_file", Map.of("path", "/etc/new", "content", "", "user", "65534"))
                        .failure(403, "permission_denied"))
                .contains("/etc/new");
        assertThat(say("read_file", Map.of("path", "x", "user", "nobody-knows")).failure(422))
                .isEqualTo("user: there is no such user in the sandbox");
        assertThat(say("read_file", Map.of("path", "x", "user", "a:b:c")).failure(422))
                .startsWith("user: ");
        assertThat(say("read_file", Map.of("path", "a\0b")).failure(422)).startsWith("path: ");
        assertThat(say("read_file", Map.of("limit", 1)).failure(422)).contains("path");
        assertThat(say("write_file", Map.of("path", "x")).failure(422)).contains("content");
        assertThat(say("read_file", Map.of("path", "x", "limit", 1 << 20)).failure(422))
                .contains("limit: must be 1 to 262144");
    }

    @Test
    void filesNeedNoProgramOfTheImage() throws Exception {
        JsonObject made = call(model, "create", Map.of("task_ref", "bare")).json();
        Map<String, Object> file = new HashMap<>(Map.of(
                "environment_id",
                made.getString("id"),
                "execute_token",
                made.getString("execute_token"),
                "path",
                "a/b"));

        file.put("content", "there");
        call(model, "write_file", file).json();
        assertThat(call(model, "read_file", file).json().getString("content")).isEqualTo("there");
        call(model, "stop", Map.of("environment_id", made.getString("id")));
    }

    @Test
    void aNameIsWhateverBytesItIs() throws Exception {
        String odd = "/tmp/names/-n $(x) 'q' \"%41+\n ü";
        say("write_file", Map.of("path", odd, "content", "odd")).json();
        say("write_file", Map.of("encoded_path", "/tmp/names/%FF%0A+😀", "content", "bytes"))
                .json();

        assertThat(say("read_file", Map.of("path", odd)).json().getString("content"))
                .isEqualTo("odd");
        assertThat(say("read_file", Map.of("encoded_path", "/tmp/names/%FF%0A%20%F0%9F%98%80"))
                        .json()
                        .getString("content"))
                .isEqualTo("bytes");
        assertThat(api.output(environment, "cd /tmp/names; cat -- -n*; cat $(printf '\\377')*; ls | wc -l"))
                .isEqualTo("oddbytes4\n");
    }

    @Test
    void aLongCommandIsBegunLookedAfterAndKilled() throws Exception {
        String id = say("exec_start", Map.of("command", "echo begun; sleep 500", "timeout_sec", 900))
                .json()
                .getString("execution_id");

        JsonObject seen = JsonValue.EMPTY_JSON_OBJECT;
        for (int i = 0; i < 500 && !seen.toString().contains("begun"); i++) {
            seen = say("exec_poll", Map.of("execution_id", id)).json();
        }
        assertThat(seen.getString("output")).isEqualTo("begun\n");
        assertThat(seen.getInt("next_offset")).isEqualTo(6);
        assertThat(seen.getString("state")).isEqualTo("running");
        assertThat(say("exec_kill", Map.of("execution_id", id)).json().getString("state"))
                .isEqualTo("cancelled");
        JsonObject ended = say("exec_poll", Map.of("execution_id", id, "offset", 6, "wait_sec", 50))
                .json();
        assertThat(ended.getInt("exit_code")).isEqualTo(137);
        assertThat(ended.getString("output")).isEmpty();
    }

    @Test
    void muchOutputIsCutForAModelAndCanBeReadOnInParts() throws Exception {
        JsonObject whole = say("exec", Map.of("command", "seq 1 100000")).json();
        assertThat(whole.getBoolean("truncated")).isTrue();
        assertThat(whole.getString("output"))
                .hasSizeLessThan(70_000)
                .startsWith("1\n")
                .endsWith("100000\n");

        StringBuilder read = new StringBuilder();
        Map<String, Object> next = new HashMap<>(Map.of("execution_id", whole.getString("execution_id")));
        for (boolean more = true; more; ) {
            JsonObject part = say("exec_poll", next).json();
            assertThat(part.getString("output")).hasSizeLessThan(70_000);
            read.append(part.getString("output"));
            next.put("offset", part.getInt("next_offset"));
            more = part.getBoolean("truncated");
        }
        assertThat(read).hasSize(588_895).endsWith("99999\n100000\n");
    }

    @Test
    void aTimeoutIsAResultWithWhatWasPrinted() {
        JsonObject ran = say("exec", Map.of("command", "echo half; sleep 60", "timeout_sec", 1))
                .json();

        assertThat(ran.getInt("exit_code")).isEqualTo(124);
        assertThat(ran.getString("state")).isEqualTo("timed_out");
        assertThat(ran.getString("output")).isEqualTo("half\n");
    }

    @Test
    void failuresAreSentencesForTheModel() throws Exception {
        assertThat(say("exec", Map.of("command", "a\0b", "timeout_sec", 601)).failure(422))
                .contains("NUL", "1 more");
        assertThat(say("exec", Map.of("command", "true", "execute_token", "wrong"))
                        .failure(403))
                .isEqualTo("The environment token is wrong");
        assertThat(say(
                                "exec",
                                Map.of(
                                        "command",
                                        "true",
                                        "environment_id",
                                        UUID.randomUUID().toString()))
                        .failure(404))
                .isEqualTo("There is no such environment");
        assertThat(say("exec", Map.of("command", "true", "environment_id", "1-1-1-1-1"))
                        .failure(422))
                .contains("environment_id: must be a uuid");
        assertThat(say("exec", Map.of("command", "true", "user", "nobody-knows"))
                        .failure(422))
                .contains("no such user");
        assertThat(call(model, "create", Map.of("task_ref", "none")).failure(404))
                .contains("task");
        assertThat(say("exec_poll", Map.of("execution_id", UUID.randomUUID().toString()))
                        .failure(404))
                .contains("execution");
        assertThat(call(model, "exec", Map.of("environment_id", environment.id(), "command", "true"))
                        .failure(422))
                .contains("execute_token");
    }

    @Test
    void aTokenMayComeBesideTheMessages() throws Exception {
        String ran = message(
                        api,
                        callOf("exec", "{\"environment_id\":\"" + environment.id() + "\",\"command\":\"echo hi\"}"),
                        Map.of("X-Environment-Token", environment.token()))
                .raw()
                .body();

        assertThat(ran).contains("hi").contains("\"isError\":false");
    }

    @Test
    void nobodyComesInWithoutATokenOrAKeyOrARole() throws Exception {
        String list = callOf("list", "{}");

        message(new Api(SERVER, ""), list, Map.of()).isError(401, "authentication_error");
        message(new Api(SERVER, IDENTITIES.withRoles("tasks:read")), list, Map.of())
                .isError(403, "forbidden_error");
        Token stranger = new Token();
        stranger.workspaces = List.of("other/main");
        message(new Api(SERVER, IDENTITIES.sign(stranger)), list, Map.of()).isError(403, "forbidden_error");
    }

    @Test
    void eachToolNeedsTheRoleOfItsOperation() throws Exception {
        Api reader = new Api(SERVER, IDENTITIES.withRoles("environments:read"));
        String keys =
                "\"environment_id\":\"" + environment.id() + "\",\"execute_token\":\"" + environment.token() + "\"";

        assertThat(message(reader, callOf("list", "{}"), Map.of()).raw().body()).contains("\"isError\":false");
        for (String refused : List.of(
                callOf("create", "{}"),
                callOf("stop", "{" + keys + "}"),
                callOf("exec", "{" + keys + ",\"command\":\"true\"}"),
                callOf("exec_start", "{" + keys + ",\"command\":\"true\"}"),
                callOf("exec_kill", "{" + keys + ",\"execution_id\":\"" + UUID.randomUUID() + "\"}"),
                callOf("read_file", "{" + keys + ",\"path\":\"/etc/passwd\"}"),
                callOf("write_file", "{" + keys + ",\"path\":\"/x\",\"content\":\"\"}"))) {
            assertThat(message(reader, refused, Map.of()).raw().body())
                    .as(refused)
                    .contains("\"isError\":true", "You are not allowed to do this");
        }
        Api executor = new Api(SERVER, IDENTITIES.withRoles("environments:execute"));
        for (String refused : List.of(
                callOf("list", "{}"),
                callOf("exec_poll", "{" + keys + ",\"execution_id\":\"" + UUID.randomUUID() + "\"}"))) {
            assertThat(message(executor, refused, Map.of()).raw().body()).contains("You are not allowed to do this");
        }
    }

    @Test
    void aKeyWillDo() throws Exception {
        String key = Api.send(api.request("/api/v1/user/api-keys")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"name\":\"model\",\"allowed_scopes\":[\"environments:read\"]}")))
                .body()
                .getString("key");

        try (McpSyncClient keyed = client(Map.of("X-API-Key", key))) {
            keyed.initialize();
            assertThat(call(keyed, "list", Map.of()).json().containsKey("environments"))
                    .isTrue();
            assertThat(call(keyed, "create", Map.of()).failure(403)).isNotBlank();
        }
    }

    @Test
    void theProtocolsOwnRulesHold() throws Exception {
        Answer notified = message(api, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", Map.of());
        assertThat(notified.status()).isEqualTo(202);
        assertThat(notified.raw().body()).isEmpty();
        assertThat(message(api, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", Map.of())
                        .status())
                .isEqualTo(202);
        Answer stream = Api.send(api.request(ENDPOINT).header("Accept", "text/event-stream"));
        assertThat(stream.status()).isEqualTo(405);
        assertThat(stream.header("Allow")).contains("POST");
        message(api, callOf("list", "{}"), Map.of("MCP-Protocol-Version", "1999-01-01"))
                .isError(400, "invalid_error");
        message(api, "{}", Map.of()).isError(400, "invalid_error");
        message(api, "[" + callOf("list", "{}") + "]", Map.of()).isError(400, "invalid_error");
        message(api, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":{}}", Map.of()).isError(400, "invalid_error");
        assertThat(message(api, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"none\"}", Map.of())
                        .body()
                        .getJsonObject("error")
                        .getInt("code"))
                .isEqualTo(-32601);
        assertThat(message(api, callOf("none", "{}"), Map.of())
                        .body()
                        .getJsonObject("error")
                        .getInt("code"))
                .isEqualTo(-32602);
        message(api, callOf("exec", "[]"), Map.of()).isError(400, "invalid_error");
    }
}
