package dev.sandlot.devicelogin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.worker.Workers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However little a provider says, nobody waits for it for long. */
class ProviderConnectionTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ProviderConnection connection = new ProviderConnection(new Workers(threads), Duration.ofSeconds(1));

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private void isGivenUp(ServerSocket silent) {
        URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/token");
        assertThatThrownBy(() -> connection.post(address, Map.of("a", "b"), Optional.empty()))
                .isInstanceOf(ProviderException.class);
    }

    @Test
    void whoNeverAnswersIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            isGivenUp(silent);
        }
    }

    @Test
    void whoEndsInTheMiddleOfAnAnswerIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> {
                try {
                    Socket client = silent.accept();
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(StandardCharsets.UTF_8));
                } catch (IOException closed) {
                    // The test is over.
                }
            });
            isGivenUp(silent);
        }
    }

    @Test
    void whoIsNotThereIsGivenUp() throws Exception {
        ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gone.close();
        isGivenUp(gone);
    }
}
