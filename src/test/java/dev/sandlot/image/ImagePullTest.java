package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandlot.auth.Sha256;
import jakarta.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a registry that lies, stalls, or wants a token first. */
class ImagePullTest {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String TOKEN = "t0ken";

    @TempDir
    private Path folder;

    private final Map<String, byte[]> blobs = new HashMap<>();
    private final AtomicInteger downloads = new AtomicInteger();
    private HttpServer server;
    private PlainFront front;
    private byte[] manifest = new byte[0];
    private boolean wantsToken;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        front = new PlainFront(server.getAddress());
    }

    @AfterEach
    void stop() throws IOException {
        front.close();
        server.stop(0);
    }

    private String name() {
        return "127.0.0.1:" + front.port();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/token")) {
            send(exchange, 200, "application/json", ("{\"token\":\"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
        } else if (wantsToken
                && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders()
                    .add("WWW-Authenticate", "Bearer realm=\"http://" + name() + "/token\",service=\"images\"");
            send(exchange, 401, "application/json", new byte[0]);
        } else if (path.contains("/manifests/")) {
            send(exchange, 200, MANIFEST, manifest);
        } else if (path.contains("/blobs/")) {
            downloads.incrementAndGet();
            send(
                    exchange,
                    200,
                    "application/octet-stream",
                    blobs.getOrDefault(path.substring(path.lastIndexOf('/') + 1), new byte[0]));
        } else {
            send(exchange, 200, "application/json", new byte[0]);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private Images images() throws IOException {
        ImageConfig config =
                new ImageConfig(folder, Map.of(), Optional.empty(), 1 << 20, 1 << 20, Duration.ofSeconds(20));
        return Images.open(config, Clock.systemUTC(), false, path -> {});
    }

    private static String digest(byte[] content) {
        return "sha256:" + Sha256.of(content);
    }

    /** An image of one layer; the registry says {@code told} of it and has {@code served}. */
    private void hasImage(byte[] told, byte[] served, long size) {
        byte[] config = "{\"config\":{\"Env\":[\"A=b\"]}}".getBytes(StandardCharsets.UTF_8);
        blobs.put(digest(config), config);
        blobs.put(digest(told), served);
        manifest = Json.createObjectBuilder()
                .add("schemaVersion", 2)
                .add("mediaType", MANIFEST)
                .add(
                        "config",
                        Json.createObjectBuilder()
                                .add("mediaType", "application/vnd.docker.container.image.v1+json")
                                .add("digest", digest(config))
                                .add("size", config.length))
                .add(
                        "layers",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("mediaType", "application/vnd.docker.image.rootfs.diff.tar.gzip")
                                        .add("digest", digest(told))
                                        .add("size", size)))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private ImageRef ref(String qualifier) {
        return ImageRef.parse(name() + "/any" + qualifier);
    }

    private static byte[] layer() throws IOException {
        return new TestLayer().file("file", "content").gzip();
    }

    private void assertNothingIsKept() throws IOException {
        for (String part : List.of("layers", "images", "names", "drafts")) {
            try (Stream<Path> all = Files.list(folder.resolve(part))) {
                assertThat(all).as(part).isEmpty();
            }
        }
    }

    @Test
    void aTokenIsFetchedWhereOneIsWanted() throws Exception {
        wantsToken = true;
        hasImage(layer(), layer(), layer().length);

        try (Images.Lease lease = images().pull(ref(":1"))) {
            assertThat(lease.image().layers().get(0).resolve("file")).hasContent("content");
            assertThat(lease.image().defaults().env()).containsEntry("A", "b");
        }
    }

    @Test
    void eightWhoWantTheSameImageFetchItOnce() throws Exception {
        hasImage(layer(), layer(), layer().length);
        Images images = images();

        List<CompletableFuture<String>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try (Images.Lease lease = images.pull(ref(":1"))) {
                        return lease.image().digest();
                    } catch (ImageException broken) {
                        throw new IllegalStateException(broken);
                    }
                }))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(downloads).hasValue(2);
    }

    @Test
    void aLayerThatIsNotWhatItsDigestSaysIsRefused() throws Exception {
        byte[] other = new TestLayer().file("file", "forgery").gzip();
        hasImage(layer(), other, other.length);

        assertThatThrownBy(() -> images().pull(ref(":1"))).isInstanceOf(ImageException.class);
        assertNothingIsKept();
    }

    @Test
    void aLayerThatIsLongerThanItSaysIsRefused() throws Exception {
        hasImage(layer(), layer(), 10);

        assertThatThrownBy(() -> images().pull(ref(":1"))).isInstanceOf(ImageException.class);
        assertNothingIsKept();
    }

    @Test
    void aLayerThatSaysItIsTooLargeIsNotFetched() throws Exception {
        hasImage(layer(), layer(), 1L << 40);

        assertThatThrownBy(() -> images().pull(ref(":1")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("larger than");
        assertThat(downloads).hasValue(0);
    }

    @Test
    void anImageThatIsNotThatOfTheDigestIsRefused() throws Exception {
        hasImage(layer(), layer(), layer().length);

        assertThatThrownBy(() -> images().pull(ref("@sha256:" + "0".repeat(64))))
                .isInstanceOf(ImageException.class);
        assertNothingIsKept();
    }

    @Test
    void whatIsNoManifestIsRefused() throws Exception {
        for (String text :
                List.of("", "{", "[]", "{}", "{\"schemaVersion\":1}", "{\"schemaVersion\":2,\"mediaType\":\"x\"}")) {
            manifest = text.getBytes(StandardCharsets.UTF_8);

            assertThatThrownBy(() -> images().pull(ref(":1"))).as(text).isInstanceOf(ImageException.class);
        }
        assertNothingIsKept();
    }
}
