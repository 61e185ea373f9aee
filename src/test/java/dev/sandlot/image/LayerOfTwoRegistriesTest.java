package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandlot.auth.Sha256;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two registries have the same layer, and one of them does not give it away. */
class LayerOfTwoRegistriesTest {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    @TempDir
    private Path folder;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch given = new CountDownLatch(1);

    /** Has an image of one layer. */
    private final class OneImage implements AutoCloseable {
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final PlainFront front;
        private final boolean silent;
        private final byte[] layer = new TestLayer().file("file", "content").gzip();
        private final byte[] config;

        /** {@code silent}: gives the layer when the test lets it. */
        OneImage(String name, boolean silent) throws IOException {
            this.silent = silent;
            this.config = ("{\"config\":{\"Env\":[\"NAME=" + name + "\"]}}").getBytes(StandardCharsets.UTF_8);
            server.createContext("/", this::answer);
            server.start();
            front = new PlainFront(server.getAddress());
        }

        ImageRef ref() {
            return ImageRef.parse("127.0.0.1:" + front.port() + "/any:1");
        }

        private void answer(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            if (path.contains("/manifests/")) {
                send(exchange, MANIFEST, manifest());
            } else if (path.endsWith(digest(config))) {
                send(exchange, "application/octet-stream", config);
            } else if (path.endsWith(digest(layer))) {
                awaitLeave();
                send(exchange, "application/octet-stream", layer);
            } else {
                send(exchange, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            }
        }

        private void awaitLeave() throws IOException {
            if (silent) {
                asked.countDown();
                try {
                    given.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
            }
        }

        private byte[] manifest() {
            return Json.createObjectBuilder()
                    .add("schemaVersion", 2)
                    .add("mediaType", MANIFEST)
                    .add("config", blob("application/vnd.docker.container.image.v1+json", config))
                    .add(
                            "layers",
                            Json.createArrayBuilder()
                                    .add(blob("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)))
                    .build()
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            front.close();
            server.stop(0);
        }
    }

    private static JsonObjectBuilder blob(String type, byte[] content) {
        return Json.createObjectBuilder()
                .add("mediaType", type)
                .add("digest", digest(content))
                .add("size", content.length);
    }

    private static String digest(byte[] content) {
        return "sha256:" + Sha256.of(content);
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static CompletableFuture<String> pull(Images images, OneImage from) {
        return CompletableFuture.supplyAsync(() -> {
            try (Images.Lease lease = images.pull(from.ref())) {
                assertThat(lease.image().layers().get(0).resolve("file")).hasContent("content");
                return lease.image().defaults().env().getOrDefault("NAME", "");
            } catch (ImageException broken) {
                throw new IllegalStateException(broken);
            }
        });
    }

    @Test
    void whoeverNamesTheOtherDoesNotWait() throws Exception {
        ImageConfig config =
                new ImageConfig(folder, Map.of(), Optional.empty(), 1 << 20, 1 << 20, Duration.ofMinutes(2));
        Images images = Images.open(config, Clock.systemUTC(), false, path -> {});
        try (OneImage slow = new OneImage("slow", true);
                OneImage quick = new OneImage("quick", false)) {
            CompletableFuture<String> waiting = pull(images, slow);
            assertThat(asked.await(1, TimeUnit.MINUTES)).isTrue();

            assertThat(pull(images, quick).get(1, TimeUnit.MINUTES)).isEqualTo("quick");
            assertThat(waiting).isNotDone();

            given.countDown();
            assertThat(waiting.get(1, TimeUnit.MINUTES)).isEqualTo("slow");
        }
    }
}
