package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Debian's docker-registry, on a port of its own, for the tests of a class. */
final class RegistryServer implements BeforeAllCallback, AfterAllCallback {
    private static final String USER = "ada";
    private static final String PASSWORD = "lovelace";
    /** Of that password, as htpasswd -B writes it. */
    private static final String PASSWORD_FILE =
            USER + ":$2b$04$45uORRDT3Fsy7msP9vGkRu/7wlTkcrrnwfAMPpUHaOVix7v0eId.C\n";

    private final Path folder;
    private final int port;
    private final boolean closed;
    private Process process;

    private RegistryServer(boolean closed) {
        this.closed = closed;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.folder = Files.createTempDirectory("sandlot-registry");
            this.port = free.getLocalPort();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Open to everybody. */
    static RegistryServer open() {
        return new RegistryServer(false);
    }

    /** Takes nobody without the password. */
    static RegistryServer closed() {
        return new RegistryServer(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        String auth = "";
        if (closed) {
            Path passwords = Files.writeString(folder.resolve("passwords"), PASSWORD_FILE);
            auth = "auth:\n  htpasswd:\n    realm: images\n    path: " + passwords + "\n";
        }
        Path config = Files.writeString(
                folder.resolve("config.yml"),
                "version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: " + folder
                        + "\nhttp:\n  addr: 127.0.0.1:" + port + "\n" + auth);
        process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(folder.resolve("log").toFile()))
                .start();
        awaitStart();
    }

    private void awaitStart() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!listens()) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("the registry starts: " + Files.readString(folder.resolve("log")))
                    .isTrue();
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }

    private boolean listens() throws IOException, InterruptedException {
        try {
            return Api.plainGet(uri("/v2/")).statusCode() > 0;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    /** As an image's reference begins with it. */
    String name() {
        return "127.0.0.1:" + port;
    }

    private URI uri(String path) {
        return URI.create("http://" + name() + path);
    }

    /** Stores an image, or an index of some, under a tag; returns its digest. */
    String push(String repository, String tag, OciImage image) throws IOException, InterruptedException {
        for (byte[] blob : image.blobs()) {
            pushBlob(repository, blob);
        }
        return pushManifest(repository, tag, image.manifest(), OciImage.MANIFEST);
    }

    void pushBlob(String repository, byte[] blob) throws IOException, InterruptedException {
        HttpResponse<String> begun =
                send(HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/")), "POST", new byte[0]);
        String location = begun.headers().firstValue("Location").orElseThrow();
        String target = location + (location.contains("?") ? "&" : "?") + "digest=" + OciImage.digest(blob);
        HttpResponse<String> stored = send(
                HttpRequest.newBuilder(uri("/").resolve(target)).header("Content-Type", "application/octet-stream"),
                "PUT",
                blob);
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    }

    String pushManifest(String repository, String tag, byte[] manifest, String type)
            throws IOException, InterruptedException {
        HttpResponse<String> stored = send(
                HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
                        .header("Content-Type", type),
                "PUT",
                manifest);
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
        return OciImage.digest(manifest);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String method, byte[] body)
            throws IOException, InterruptedException {
        if (closed) {
            request.header("Authorization", "Basic " + credentials());
        }
        return Api.CLIENT.send(
                request.method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    static String credentials() {
        return Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        process.destroy();
        process.onExit().join();
        Folders.remove(folder);
    }
}
