package dev.sandlot.bench;

import dev.sandlot.auth.DevelopmentIdentity;
import dev.sandlot.e2e.SandlotServer;
import dev.sandlot.sandbox.keeper.Keeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The server that is measured, laid out as the README says, in development mode, with room for what is asked of it. */
final class Subject {
    private static final String MANY = "4096";
    private static final String ENVIRONMENTS = "/api/v1/org/dev/ws/main/environments";

    private final SandlotServer server;
    private String bearer = "";

    private Subject(SandlotServer server) {
        this.server = server;
    }

    /** An environment with its secret. */
    record Environment(String id, String token) {}

    /** One that has not been started. */
    static Subject laidOut() throws IOException {
        Map<String, String> settings = Map.ofEntries(
                Map.entry("SANDLOT_RATE_PER_SECOND", "1000000"),
                Map.entry("SANDLOT_RATE_BURST", "1000000"),
                Map.entry("SANDLOT_REQUESTS_PER_CALLER", MANY),
                Map.entry("SANDLOT_REQUESTS_PER_SERVER", MANY),
                Map.entry("SANDLOT_EXECUTIONS_PER_ENVIRONMENT", "64"),
                Map.entry("SANDLOT_EXECUTIONS_PER_WORKSPACE", MANY),
                Map.entry("SANDLOT_EXECUTIONS_PER_ORG", MANY),
                Map.entry("SANDLOT_EXECUTIONS_PER_SERVER", MANY),
                Map.entry("SANDLOT_ENVIRONMENTS_PER_WORKSPACE", MANY),
                Map.entry("SANDLOT_ENVIRONMENTS_PER_ORG", MANY),
                Map.entry("SANDLOT_ENVIRONMENTS_PER_SERVER", MANY),
                // A file is memory, of which files have five eighths.
                Map.entry("SANDLOT_LIMIT_MEMORY_MIB", "2560"),
                Map.entry("SANDLOT_LIMIT_DISK_MIB", "1536"),
                // They are promised it a thousand times, of half of what there is, and use next to nothing of it.
                Map.entry("SANDLOT_MEMORY_BUDGET_MIB", Integer.toString(1 << 24)),
                Map.entry("SANDLOT_SPOOL_LIMIT", "134217728"),
                Map.entry("SANDLOT_KEPT_MIB_PER_ENVIRONMENT", MANY));
        return new Subject(new SandlotServer(settings).atFullSpeed().laidOutByHand());
    }

    void start() throws IOException, InterruptedException {
        server.start();
        bearer = "Authorization: Bearer " + new DevelopmentIdentity(server.data()).issue() + "\r\n";
    }

    /** In order; its environments live on. */
    void stop() throws InterruptedException {
        server.stop();
    }

    long pid() {
        return server.pid();
    }

    /** Where its keepers have their sockets, among others. */
    Path data() {
        return server.data();
    }

    /** The name of its control groups. */
    String instance() {
        return server.instance();
    }

    Line line() throws IOException {
        return new Line(server.uri());
    }

    /** The keeper of an environment, without the server. */
    Keeper keeper(Environment environment) {
        return new Keeper(data().resolve("run").resolve(environment.id() + ".sock"));
    }

    private byte[] request(String method, String path, String headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + ENVIRONMENTS + path + " HTTP/1.1\r\nHost: "
                + server.uri().getAuthority() + "\r\n" + bearer + headers
                + "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    byte[] execute(Environment environment, String body, String... headers) {
        String token = "X-Environment-Token: " + environment.token() + "\r\n";
        return request("POST", "/" + environment.id() + "/execute", token + lines(headers), body);
    }

    private static String lines(String... headers) {
        return Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
    }

    /** Of what is below an environment. */
    byte[] get(Environment environment, String below, String... headers) {
        return request("GET", "/" + environment.id() + below, lines(headers), "");
    }

    /** The head of a request that puts so many bytes there. */
    byte[] put(Environment environment, String below, long length, String... headers) {
        String head = "PUT " + ENVIRONMENTS + "/" + environment.id() + below + " HTTP/1.1\r\nHost: "
                + server.uri().getAuthority() + "\r\n" + bearer + "X-Environment-Token: " + environment.token() + "\r\n"
                + lines(headers) + "Content-Length: " + length + "\r\n\r\n";
        return head.getBytes(StandardCharsets.UTF_8);
    }

    /** Of what is below an environment. */
    byte[] delete(Environment environment, String below) {
        return request(
                "DELETE", "/" + environment.id() + below, "X-Environment-Token: " + environment.token() + "\r\n", "");
    }

    byte[] create() {
        return request("POST", "", "", "{\"task_ref\":\"shell\"}");
    }

    byte[] delete(Environment environment) {
        return request("DELETE", "/" + environment.id(), "", "");
    }

    static Environment made(Line.Answer answer) {
        return new Environment(answer.member("id"), answer.member("execute_token"));
    }

    /** All of them, or none. */
    List<Environment> create(int count) throws IOException {
        List<Environment> made = new ArrayList<>();
        try (Line line = line()) {
            byte[] request = create();
            while (made.size() < count) {
                made.add(made(line.send(request)));
            }
        } catch (IOException refused) {
            delete(made);
            throw refused;
        }
        return made;
    }

    void delete(List<Environment> environments) throws IOException {
        try (Line line = line()) {
            for (Environment environment : environments) {
                line.send(delete(environment));
            }
        }
    }

    /** Nothing of it is left. */
    void end() throws Exception {
        server.afterAll(null);
    }
}
