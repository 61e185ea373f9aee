package dev.sandlot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.Apart;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to servers in a sandbox. The servers are busybox's. */
@Tag("conformance")
public abstract class StreamSuite extends SandboxSuite {
    private static final int PORT = 7000;

    /** Starts a server in the background; returns when it listens. */
    private void serve(String server) throws SandboxException {
        String listens = "grep -qi \":" + String.format("%04x", PORT) + " 0*:0000 0A\" /proc/net/tcp /proc/net/tcp6";
        Ran ran = run("busybox " + server + " & until " + listens + "; do :; done");
        assertThat(ran.outcome()).as(ran.output()).isEqualTo(exited(0));
    }

    /** Starts a server that runs that program for each connection. */
    private void answerWith(String program) throws SandboxException {
        serve("nc -ll -p " + PORT + " -e " + program);
    }

    private SandboxStream connect() throws SandboxException {
        return backend.connect(sandbox, PORT, PATIENCE);
    }

    private static void send(SandboxStream stream, byte[] bytes) {
        try (OutputStream output = stream.output()) {
            output.write(bytes);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void muchGoesBothWaysAtOnceAndArrivesAsItWas() throws Exception {
        answerWith("/bin/cat");
        byte[] sent = new byte[8 << 20];
        new Random(1).nextBytes(sent);

        try (SandboxStream stream = connect()) {
            CompletableFuture<Void> sending = Apart.run(() -> send(stream, sent));
            byte[] received = stream.input().readAllBytes();

            assertThat(received).isEqualTo(sent);
            sending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void theEndOfOneSideIsToldToTheOther() throws Exception {
        answerWith("/usr/bin/wc -c");

        try (SandboxStream stream = connect()) {
            send(stream, "seven!!".getBytes(StandardCharsets.UTF_8));

            assertThat(stream.input().readAllBytes()).isEqualTo("7\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whoSpeaksFirstIsHeard() throws Exception {
        answerWith("/bin/echo hello");

        try (SandboxStream stream = connect()) {
            assertThat(stream.input().readAllBytes()).isEqualTo("hello\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aServerOnIpv6AloneIsFound() throws Exception {
        assumeTrue(run("grep -q lo /proc/net/if_inet6").outcome().equals(exited(0)), "the kernel has no IPv6");
        serve("httpd -f -p [::1]:" + PORT);

        try (SandboxStream stream = connect()) {
            send(stream, "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));

            assertThat(new String(stream.input().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void whereNobodyListensTheConnectionIsRefused() {
        assertThatThrownBy(() -> connect())
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(SandboxException.Kind.NOT_STARTED));
    }

    @Test
    void anUnknownSandboxHasNoPorts() {
        assertThatThrownBy(() -> backend.connect(new SandboxId(UUID.randomUUID()), PORT, PATIENCE))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(SandboxException.Kind.SANDBOX_DIED));
    }

    @Test
    void theEndOfTheSandboxEndsItsConnections() throws Exception {
        answerWith("/bin/cat");
        try (SandboxStream stream = connect()) {
            InputStream input = stream.input();
            CompletableFuture<Integer> read = Apart.supply(() -> {
                try {
                    return input.read();
                } catch (IOException broken) {
                    return -1;
                }
            });

            backend.destroy(sandbox);

            assertThat(read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/cat", "/bin/sleep 1000"})
    void thereIsRoomForManyAndAgainWhenOneIsClosed(String service) throws Exception {
        // The server forks for each.
        SandboxLimits roomy = new SandboxLimits(LIMITS.memoryBytes(), 1000, 256, LIMITS.diskBytes(), 256);
        backend.destroy(sandbox);
        backend.create(new SandboxSpec(sandbox, List.of(), "/workspace", roomy, Duration.ofMinutes(5)));
        answerWith(service);
        Deque<SandboxStream> streams = new ArrayDeque<>();
        try {
            assertThatThrownBy(() -> {
                        while (streams.size() < 1000) {
                            streams.add(connect());
                        }
                    })
                    .isInstanceOf(SandboxException.class);
            assertThat(streams.size()).isGreaterThanOrEqualTo(32);
            assertThat(run("echo runs").output()).as("beside them").isEqualTo("runs\n");

            streams.remove().close();
            // The keeper learns of it in its next round, whatever the service does; a command's answer comes after
            // that.
            run("true");
            streams.add(connect());
        } finally {
            for (SandboxStream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void aConnectionShowsNothingOfTheHost() throws Exception {
        assumeHostsKernel("gVisor lists its own sockets otherwise");
        answerWith("/bin/cat");

        try (SandboxStream stream = connect()) {
            assertThat(stream).isNotNull();
            // A keeper inside has some, without a name, which tell nothing.
            String shown = host().isKeeperInside() ? "cut -d' ' -f8-" : "cat";
            assertThat(run("tail -n +2 /proc/net/unix | " + shown).output().strip())
                    .isEmpty();
        }
    }

    @Test
    void whatAServiceLeavesIsKilledAtItsEnd() throws Exception {
        assumeTrue(host().holds("leftovers"), "without a control group of its own nobody finds what has left a tree");
        ExecSpec spec = ExecSpec.of(new ExecId(UUID.randomUUID()), "setsid sleep 987 & sleep 987 & exit 3", PATIENCE)
                .withWhole(true);

        Ran ran = run(sandbox, spec);

        assertThat(ran.outcome()).isEqualTo(exited(3));
        assertThat(count(sandbox, "slee[p] 987")).isEqualTo("0");
    }

    @Test
    void aConnectionThatSaysNothingIsGivenUp() throws Exception {
        answerWith("/bin/cat");

        try (SandboxStream stream = backend.connect(sandbox, PORT, Duration.ofMillis(1))) {
            CompletableFuture<Boolean> given = Apart.supply(() -> {
                try {
                    return stream.input().read() < 0;
                } catch (IOException overdue) {
                    return true;
                }
            });
            while (!given.isDone()) {
                host().lookAfter();
            }

            assertThat(given.get()).isTrue();
        }
    }
}
