package dev.sandlot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Plays the HTTP of an identity provider, its failures above all: what it is told to answer. */
public final class LoginProvider implements AutoCloseable {
    public static final String DESCRIPTION = "/.well-known/openid-configuration";
    public static final String CODES = "/device";
    public static final String TOKENS = "/token";

    private final HttpServer server;
    private final Map<String, Queue<Answer>> next = new ConcurrentHashMap<>();
    private final Map<String, Supplier<Answer>> usual = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    public LoginProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        usually(DESCRIPTION, () -> new Answer(200, description("")));
        usually(CODES, () -> new Answer(200, codes(issuer() + "/device")));
        usually(TOKENS, () -> error("authorization_pending"));
    }

    /** What it was asked: {@code authorization} is the header, or empty. */
    public record Asked(String path, String form, String authorization) {}

    /** What it answers; 0: nothing, and the connection ends. */
    public record Answer(int status, String body) {}

    public static Answer error(String word) {
        return new Answer(400, "{\"error\":\"" + word + "\",\"error_description\":\"of the provider's own\"}");
    }

    public static Answer token(String token) {
        return new Answer(200, "{\"access_token\":\"" + token + "\",\"expires_in\":300,\"token_type\":\"Bearer\"}");
    }

    public String description(String more) {
        return "{\"issuer\":\"" + issuer() + "\",\"device_authorization_endpoint\":\"" + issuer() + CODES
                + "\",\"token_endpoint\":\"" + issuer() + TOKENS + "\"" + more + "}";
    }

    public static String codes(String verification) {
        return "{\"device_code\":\"of the provider\",\"user_code\":\"ABCD-EFGH\",\"verification_uri\":\"" + verification
                + "\",\"verification_uri_complete\":\"" + verification
                + "?user_code=ABCD-EFGH\",\"expires_in\":600,\"interval\":5}";
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What it answers there from now on. */
    public void usually(String path, Supplier<Answer> answer) {
        usual.put(path, answer);
    }

    /** What it answers next there, once; of several in that order. */
    public void next(String path, Answer answer) {
        next.computeIfAbsent(path, first -> new ArrayDeque<>()).add(answer);
    }

    public List<Asked> asked(String path) {
        return asked.stream().filter(one -> one.path().equals(path)).toList();
    }

    private synchronized void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(new Asked(path, form, authorization == null ? "" : authorization));
        Queue<Answer> queue = next.get(path);
        Answer answer = queue == null || queue.isEmpty()
                ? usual.getOrDefault(path, () -> new Answer(404, "")).get()
                : queue.remove();
        if (answer.status() != 0) {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("Location", issuer() + TOKENS);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
