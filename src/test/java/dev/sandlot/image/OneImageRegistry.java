package dev.sandlot.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandlot.auth.Sha256;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A registry that has one image, and may keep its last layer to itself for a while. */
public final class OneImageRegistry implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch given;
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final PlainFront front;
    private final byte[] config;
    private final List<byte[]> layers;

    private OneImageRegistry(String name, CountDownLatch given, List<byte[]> layers) throws IOException {
        this.given = given;
        this.config = ("{\"config\":{\"Env\":[\"NAME=" + name + "\"]}}").getBytes(StandardCharsets.UTF_8);
        this.layers = List.copyOf(layers);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        front = new PlainFront(server.getAddress());
    }

    /** {@code name} is the variable NAME of the image. */
    public static OneImageRegistry open(String name, byte[]... layers) throws IOException {
        return new OneImageRegistry(name, new CountDownLatch(0), List.of(layers));
    }

    /** The last layer comes when {@code given} is open, or after a minute. */
    public static OneImageRegistry slow(String name, CountDownLatch given, byte[]... layers) throws IOException {
        return new OneImageRegistry(name, given, List.of(layers));
    }

    /** What its image is called. */
    public ImageRef ref() {
        return ImageRef.parse("127.0.0.1:" + front.port() + "/any:1");
    }

    /** Returns when somebody wants the last layer; false when nobody does within a minute. */
    public boolean awaitsLastLayer() throws InterruptedException {
        return asked.await(1, TimeUnit.MINUTES);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.contains("/manifests/")) {
            send(exchange, MANIFEST, manifest());
        } else if (path.contains("/blobs/")) {
            send(exchange, "application/octet-stream", blob(path));
        } else {
            send(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        }
    }

    private byte[] blob(String path) throws IOException {
        if (path.endsWith(digest(config))) {
            return config;
        }
        byte[] last = layers.get(layers.size() - 1);
        if (!path.endsWith(digest(last))) {
            return layers.get(0);
        }
        asked.countDown();
        try {
            if (!given.await(1, TimeUnit.MINUTES)) {
                throw new IOException("the test forgot it");
            }
            return last;
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private byte[] manifest() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        layers.forEach(layer -> all.add(described("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)));
        return Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", MANIFEST)
                .add("config", described("application/vnd.docker.container.image.v1+json", config))
                .add("layers", all)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObjectBuilder described(String type, byte[] content) {
        return Json.createObjectBuilder()
                .add("mediaType", type)
                .add("digest", digest(content))
                .add("size", content.length);
    }

    static String digest(byte[] content) {
        return "sha256:" + Sha256.of(content);
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
