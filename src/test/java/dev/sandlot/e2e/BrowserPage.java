package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A page with a form, on an origin of its own, and a browser that opens it and sends the form. */
final class BrowserPage implements BeforeAllCallback, AfterAllCallback {
    /** The driver: fills the form in, sends it, and tells what the page shows when it has come to an end. */
    private static final String DRIVER = """
            <script type="module">
                const form = document.querySelector('form');
                for (const [name, value] of Object.entries(FIELDS)) form.elements[name].value = value;
                const text = id => document.getElementById(id).textContent;
                new MutationObserver(() => text('state').startsWith('running') || fetch('/told', {method: 'POST',
                    body: JSON.stringify({state: text('state'), stdout: text('stdout'), stderr: text('stderr')})}))
                    .observe(document.getElementById('state'), {childList: true});
                form.requestSubmit();
            </script>
            </html>""";

    private static final int PATIENCE_SECONDS = 60;

    private final Path page;
    private final HttpServer server;
    private volatile String driver = "";
    private volatile CompletableFuture<JsonObject> told = new CompletableFuture<>();

    BrowserPage(Path page) {
        this.page = page;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        server.createContext("/", this::show);
        server.createContext("/told", this::listen);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        server.start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        server.stop(0);
    }

    /** As a browser tells it of its page's requests. */
    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void show(HttpExchange exchange) throws IOException {
        byte[] html = Files.readString(page).replace("</html>", driver).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, html.length);
        exchange.getResponseBody().write(html);
        exchange.close();
    }

    private void listen(HttpExchange exchange) throws IOException {
        told.complete(Api.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    /** What it shows in a new browser when its form has been sent: state, stdout, stderr. */
    JsonObject send(Map<String, String> form) throws Exception {
        JsonObjectBuilder fields = Json.createObjectBuilder();
        form.forEach(fields::add);
        driver = DRIVER.replace("FIELDS", fields.build().toString());
        told = new CompletableFuture<>();
        Path profile = Files.createTempDirectory("sandlot-browser");
        Path log = profile.resolve("log");
        List<Path> before = temporary();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--no-first-run",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-breakpad",
                        "--user-data-dir=" + profile,
                        origin() + "/"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // What it leaves there goes with its profile.
        builder.environment().put("TMPDIR", profile.toString());
        Process browser = builder.start();
        try {
            return told.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException silent) {
            throw new AssertionError("the page has not come to an end: " + Files.readString(log), silent);
        } finally {
            end(browser);
            Folders.remove(profile);
            assertThat(temporary()).as("left on the host").isEqualTo(before);
        }
    }

    private static List<Path> temporary() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/tmp"))) {
            return all.filter(one -> one.getFileName().toString().contains("hromium"))
                    .sorted()
                    .toList();
        }
    }

    /** In order, so that nothing of it writes to its profile any more. */
    private static void end(Process browser) throws InterruptedException {
        List<ProcessHandle> all = browser.descendants().toList();
        browser.destroy();
        if (!browser.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            browser.destroyForcibly().waitFor();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().join());
    }
}
