package dev.sandlot.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LineTest {
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Answers the first connection with that. */
    private static void serve(String answers, LineWork work) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
                try (Socket client = listening.accept()) {
                    client.getOutputStream().write(answers.getBytes(StandardCharsets.UTF_8));
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
            try (Line line = new Line(URI.create("http://127.0.0.1:" + listening.getLocalPort()))) {
                work.on(line);
            }
            server.join();
        }
    }

    @FunctionalInterface
    private interface LineWork {
        void on(Line line) throws Exception;
    }

    @Test
    void bodiesOfAKnownLengthAndInChunksFollowEachOther() throws Exception {
        serve(
                "HTTP/1.1 200 OK\r\nContent-Length: 25\r\nX-Execution-Id: 7\r\n\r\n{\"id\":\"a\",\"exit_code\":10}"
                        + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n"
                        + "HTTP/1.1 204 No Content\r\n\r\n",
                line -> {
                    Line.Answer first = line.send(REQUEST);
                    assertThat(first.header("x-execution-id")).isEqualTo("7");
                    assertThat(first.member("id")).isEqualTo("a");
                    assertThat(first.member("exit_code")).isEqualTo("10");
                    assertThat(line.send(REQUEST).text()).isEqualTo("abc0123456789");
                    assertThat(line.send(REQUEST).text()).isEmpty();
                });
    }

    @Test
    void aRefusalIsAFailure() throws Exception {
        serve(
                "HTTP/1.1 429 Too Many\r\nContent-Length: 4\r\n\r\nslow",
                line -> assertThatThrownBy(() -> line.send(REQUEST)).hasMessage("HTTP/1.1 429 Too Many slow"));
    }

    @Test
    void aBodyThatIsCutOffIsAFailure() throws Exception {
        serve(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
                line -> assertThatThrownBy(() -> line.send(REQUEST)).isInstanceOf(IOException.class));
    }
}
