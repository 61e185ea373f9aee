package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Certificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The packaged application on a server of its own, with its own data; at the end nothing of it may be left on the host. */
public final class SandlotServer implements BeforeAllCallback, AfterAllCallback {
    private static final long START_SECONDS = 90;
    /** A server that lives for a minute or two never earns back what the optimizing compiler takes of its start. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    static final String TLS_PASSWORD = "of the tests' key";
    private static final String WAR = "sandlot.war";

    private static final Random RANDOM = new Random();

    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, Supplier<String>> late = new HashMap<>();
    private final Path folder;
    private final int port;
    private List<String> wrapper = List.of();
    private String scheme = "http";
    private Process process;

    public SandlotServer(Map<String, String> settings) {
        try {
            this.folder = Files.createTempDirectory("sandlot-e2e");
            this.port = freePort();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        this.settings.put("SANDLOT_DATA_DIR", data().toString());
        this.settings.put("SANDLOT_HTTP_PORT", Integer.toString(port));
        // What the tests make at once does not hang on how large the host is.
        this.settings.put("SANDLOT_MEMORY_BUDGET_MIB", Integer.toString(1 << 20));
        this.settings.putAll(settings);
        if (!settings.containsKey("SANDLOT_DB_URL") && !settings.containsKey("SANDLOT_DATA_DIR")) {
            this.settings.putAll(Databases.fresh());
        }
    }

    /** None of those that outgoing connections get: one of them would be in use when the server, or the next one, starts. */
    private static int freePort() throws IOException {
        for (int i = 0; i < 100; i++) {
            int candidate = 20_000 + RANDOM.nextInt(12_000);
            try (ServerSocket free = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // The next one.
            }
        }
        throw new IOException("no port is free");
    }

    /** Takes nothing but tokens of these identities. */
    static SandlotServer trusting(Identities identities, Map<String, String> more) {
        SandlotServer server = new SandlotServer(more);
        Path key = server.folder.resolve("key.pem");
        try {
            identities.writePublicKey(key);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        server.settings.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", key.toUri().toString());
        server.settings.put("MP_JWT_VERIFY_ISSUER", Identities.ISSUER);
        server.settings.put("MP_JWT_VERIFY_AUDIENCES", Identities.AUDIENCE);
        return server;
    }

    /** Has a setting that is known only when it starts. */
    SandlotServer with(String name, Supplier<String> value) {
        late.put(name, value);
        return this;
    }

    /** Speaks nothing but TLS. */
    SandlotServer withTls() {
        try {
            Certificate.write(keystore(), TLS_PASSWORD);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        settings.put("SANDLOT_HTTP_PORT", "-1");
        settings.put("SANDLOT_TLS_PORT", Integer.toString(port));
        settings.put("SANDLOT_TLS_KEYSTORE", keystore().toString());
        settings.put("SANDLOT_TLS_PASSWORD", TLS_PASSWORD);
        scheme = "https";
        return this;
    }

    /** What it shows to its clients. */
    Path keystore() {
        return folder.resolve("sandlot.p12");
    }

    /** One that is laid out by hand is of another build: its keeper is that program. */
    SandlotServer withKeeper(Path program) throws IOException {
        try (FileSystem war = FileSystems.newFileSystem(folder("apps").resolve(WAR))) {
            Files.copy(program, war.getPath("WEB-INF/classes/keeper/x86_64"), StandardCopyOption.REPLACE_EXISTING);
        }
        return this;
    }

    /** One that is laid out by hand gets the application of this build. */
    void upgrade() throws IOException {
        Files.copy(
                Path.of(System.getProperty("sandlot.war")),
                folder("apps").resolve(WAR),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Has the WAR, the configuration and the drivers, as the README says, and nothing that "server create" adds. */
    public SandlotServer laidOutByHand() throws IOException {
        Path user = folder.resolve("usr");
        Path server = user.resolve("servers/sandlot");
        Folders.copy(Path.of("liberty"), server);
        Folders.copy(
                Path.of(System.getProperty("sandlot.wlp"), "usr/servers/sandlot/lib/jdbc"), server.resolve("lib/jdbc"));
        upgrade();
        settings.put("WLP_USER_DIR", user.toString());
        return this;
    }

    /** A folder beside the configuration of one that is laid out by hand. */
    Path folder(String below) throws IOException {
        return Files.createDirectories(folder.resolve("usr/servers/sandlot").resolve(below));
    }

    /** Runs what lies beside the configuration of one that is laid out by hand, as an operator does. */
    void learn() throws IOException, InterruptedException {
        Path script = folder("").resolve("learn");
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString(), System.getProperty("sandlot.wlp"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SANDLOT_HTTP_PORT", Integer.toString(port));
        // What it leaves on the host is found by our folder in its name.
        builder.environment().put("TMPDIR", folder.toString());
        Path output = folder.resolve("learned");
        Process learning = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(learning.waitFor(2 * START_SECONDS, TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
        } finally {
            learning.descendants().forEach(ProcessHandle::destroyForcibly);
            learning.destroyForcibly();
        }
        assertThat(learning.exitValue()).as(Files.readString(output)).isZero();
        assertThat(traces().left()).as("left on the host").isEmpty();
    }

    /** The end of one that was never started. */
    void discard() throws IOException {
        traces().endKeepers();
        Folders.remove(folder);
    }

    /** Its files are those that the build has laid out, so what the container works out from them is the same. */
    private boolean hasCommonLayout() {
        return !settings.containsKey("WLP_USER_DIR");
    }

    /** The programs of keepers that it has had, by the names that it gave them. */
    List<Path> keepers() throws IOException {
        try (Stream<Path> programs = Files.list(data().resolve("bin"))) {
            return programs.toList();
        }
    }

    /** What the container keeps. */
    Path output() {
        return folder.resolve("output/sandlot");
    }

    /** Compiles as an operator's does: for what measures, or asks much. */
    public SandlotServer atFullSpeed() {
        settings.put("JVM_ARGS", "");
        return this;
    }

    /** Has a disk of its own for a folder of its data, of that size as tmpfs(5) takes it. */
    SandlotServer withDisk(String below, String size) {
        Path disk = data().resolve(below);
        String mount = "mkdir -p " + disk + " && mount -t tmpfs -o size=" + size + " tmpfs " + disk + " && exec \"$@\"";
        wrapper = List.of("unshare", "--mount", "sh", "-c", mount, "sh");
        return this;
    }

    /** Has a host whose names that server knows, for itself and for its sandboxes. */
    SandlotServer withNameServer(String address) {
        Path file = folder.resolve("resolv.conf");
        try {
            Files.writeString(file, "nameserver " + address + "\n");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        String mount = "mount --bind " + file + " /etc/resolv.conf && exec \"$@\"";
        wrapper = List.of("unshare", "--mount", "sh", "-c", mount, "sh");
        return this;
    }

    /** A folder of its data as the server sees it. */
    Path inside(String below) {
        return Path.of("/proc/" + process.pid() + "/root" + data().resolve(below));
    }

    public URI uri() {
        return URI.create(scheme + "://127.0.0.1:" + port);
    }

    public Path data() {
        return folder.resolve("data");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        start();
    }

    /** Starts it and waits until it is ready. */
    public void start() throws IOException, InterruptedException {
        start("/health/ready");
    }

    /** Starts it and waits until it has come up, ready or not. */
    void startUnready() throws IOException, InterruptedException {
        start("/health/started");
    }

    private void start(String health) throws IOException, InterruptedException {
        launch();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isUp(health)) {
            assertThat(process.isAlive()).as("the server ended: " + log()).isTrue();
            assertThat(System.nanoTime())
                    .as("the server did not start: " + log())
                    .isLessThan(end);
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
    }

    private void launch() throws IOException {
        Path script = Path.of(System.getProperty("sandlot.wlp"), "bin", "server");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(script.toString(), "run", "sandlot"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        String options = SHORT_LIVED;
        if (hasCommonLayout()) {
            Workarea.lend(output());
            options += " " + Workarea.classesOption(output());
            // With an agent, which is for Liberty's own traces, the runtime keeps nothing.
            builder.environment().put("WLP_SKIP_BOOTSTRAP_AGENT", "true");
        }
        builder.environment().put("JVM_ARGS", options);
        builder.environment().put("WLP_OUTPUT_DIR", folder.resolve("output").toString());
        builder.environment().putAll(settings);
        late.forEach((name, value) -> builder.environment().put(name, value.get()));
        process = builder.redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(folder.resolve("console").toFile()))
                .start();
    }

    /** Starts it with settings that it must refuse; returns what it printed. */
    String refuse() throws IOException, InterruptedException {
        launch();
        try {
            assertThat(process.waitFor(START_SECONDS, TimeUnit.SECONDS))
                    .as("the server goes on")
                    .isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(traces().left()).as("left on the host").isEmpty();
            return log();
        } finally {
            kill();
            Folders.remove(folder);
        }
    }

    private boolean isUp(String health) {
        try {
            return Api.plainGet(uri().resolve(health)).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What it printed so far. */
    String log() throws IOException {
        return Files.readString(folder.resolve("console"), StandardCharsets.UTF_8);
    }

    /** All that any of its logs holds, the container's own included. */
    String allLogs() throws IOException {
        StringBuilder all = new StringBuilder(log());
        try (Stream<Path> files = Files.walk(folder.resolve("output"))) {
            List<Path> logs = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/logs/"))
                    .toList();
            for (Path file : logs) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    /** As a crash does. */
    void kill() throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        all.forEach(one -> one.onExit().join());
    }

    /** The host loses a sandbox. */
    void killKeeper(String environment) throws IOException {
        traces().killKeeper(environment);
    }

    /** In order; returns the exit code. */
    public int stop() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the server stops").isTrue();
        return process.exitValue();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        try {
            stop();
            assertThat(traces().left()).as("left on the host").isEmpty();
            if (hasCommonLayout()) {
                Workarea.keep(output());
            }
        } finally {
            kill();
            traces().endKeepers();
            Folders.remove(folder);
        }
    }

    /** Of its JVM; the script that starts it becomes it, or has it as a child. */
    public long pid() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(one -> one.info().command().orElse("").endsWith("/java"))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow();
    }

    /** The name of its control groups. */
    public String instance() {
        return "sandlot-"
                + String.format(
                        "%08x", data().toAbsolutePath().normalize().toString().hashCode());
    }

    private HostTraces traces() {
        return new HostTraces(folder, data(), instance());
    }
}
