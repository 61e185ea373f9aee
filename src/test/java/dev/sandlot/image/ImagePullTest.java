package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandlot.Apart;
import dev.sandlot.auth.Sha256;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    private volatile String endless = "";
    private final AtomicLong sent = new AtomicLong();

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

    private JsonObject manifest() {
        return Json.createReader(new ByteArrayInputStream(manifest)).readObject();
    }

    private boolean isEndless(String path) {
        return switch (endless) {
            case "token" -> path.equals("/token");
            case "blob error" -> path.contains("/blobs/");
            case "manifest", "error", "compressed manifest" -> path.contains("/manifests/");
            default -> false;
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (isEndless(path)) {
            sendEndless(exchange);
        } else if (path.equals("/token")) {
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

    /** White space that never ends, until whoever reads it has had enough, or 256 MiB. */
    private void sendEndless(HttpExchange exchange) throws IOException {
        boolean compressed = endless.startsWith("compressed");
        exchange.getResponseHeaders().add("Content-Type", MANIFEST);
        if (compressed) {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(endless.endsWith("error") ? 404 : 200, 0);
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        try (OutputStream raw = exchange.getResponseBody();
                OutputStream out = compressed ? new GZIPOutputStream(raw) : raw) {
            for (int i = 0; i < 256; i++) {
                out.write(spaces);
                sent.addAndGet(spaces.length);
            }
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
                .mapToObj(i -> Apart.supply(() -> {
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
    void layersWhoseSizesOverflowAreNotFetched() throws Exception {
        hasImage(layer(), layer(), Long.MAX_VALUE);
        String one = manifest().getJsonArray("layers").get(0).toString();
        manifest = new String(manifest, StandardCharsets.UTF_8)
                .replace(one, one + "," + one)
                .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> images().pull(ref(":1")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("larger than");
        assertThat(downloads).hasValue(0);
    }

    @Test
    void aLayerOfANegativeSizeIsNotFetched() throws Exception {
        hasImage(layer(), layer(), -5);

        assertThatThrownBy(() -> images().pull(ref(":1"))).isInstanceOf(ImageException.class);
        assertThat(downloads).hasValue(0);
    }

    /** Manifests, tokens and errors are held in memory as a whole. */
    @ParameterizedTest
    @ValueSource(strings = {"manifest", "token", "error", "blob error", "compressed manifest"})
    void whatIsReadIntoMemoryIsBoundedHoweverLongItIs(String kind) throws Exception {
        hasImage(layer(), layer(), layer().length);
        endless = kind;
        wantsToken = kind.equals("token");

        assertThatThrownBy(() -> images().pull(ref(":1"))).isInstanceOf(ImageException.class);
        assertThat(sent).as("bytes that were taken").hasValueLessThan(64L << 20);
        assertNothingIsKept();
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
