package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real identity provider with the realm of the tests' resources; its user is alice of acme. */
final class Keycloak {
    static final String CLIENT = "sandlot-device";
    static final String USER = "alice";
    static final String PASSWORD = "rabbit-hole";

    private static final long START_SECONDS = 240;
    private static final Path REALM = Path.of("src/test/resources/keycloak/sandlot-realm.json");

    private final Process process;
    private final Path log;
    private final int port;

    /** Starts it from the folder into which it was unpacked, and waits until it answers. */
    Keycloak(Path home) throws IOException, InterruptedException {
        // Of an earlier run's data nothing is to be left.
        Folders.remove(Files.createDirectories(home.resolve("data")));
        Path imported = Files.createDirectories(home.resolve("data/import"));
        Files.copy(REALM, imported.resolve(REALM.getFileName()));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        log = home.resolve("console");
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--import-realm",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--cache=local");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        Path temporary = Files.createDirectories(home.resolve("data/temporary"));
        builder.environment().put("JAVA_OPTS_APPEND", "-Djava.io.tmpdir=" + temporary);
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            awaitStart();
        } catch (AssertionError | IOException | InterruptedException failed) {
            stop();
            throw failed;
        }
    }

    private void awaitStart() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isUp()) {
            assertThat(process.isAlive())
                    .as("it ended: " + Files.readString(log))
                    .isTrue();
            assertThat(System.nanoTime())
                    .as("it did not start: " + Files.readString(log))
                    .isLessThan(end);
            process.waitFor(500, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isUp() throws InterruptedException {
        try {
            return Api.plainGet(URI.create(issuer() + "/.well-known/openid-configuration"))
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    String issuer() {
        return "http://127.0.0.1:" + port + "/realms/sandlot";
    }

    String keys() {
        return issuer() + "/protocol/openid-connect/certs";
    }

    void stop() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
    }
}
