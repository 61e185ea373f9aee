package dev.sandlot.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceConnectionTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String EARLY = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";

    private static InputStream says(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static InputStream saysForEver(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new InputStream() {
            private int at;

            @Override
            public int read() {
                return bytes[at++ % bytes.length];
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    into[offset + i] = (byte) read();
                }
                return length;
            }
        };
    }

    /** A service that says that, whatever it is asked. */
    private static ServiceConnection connect(InputStream answer, Duration idle) throws Exception {
        SandboxStream stream = new SandboxStream() {
            @Override
            public InputStream input() {
                return answer;
            }

            @Override
            public OutputStream output() {
                return new ByteArrayOutputStream();
            }

            @Override
            public void close() {}
        };
        SandboxBackend backend = (SandboxBackend) Proxy.newProxyInstance(
                ServiceConnectionTest.class.getClassLoader(),
                new Class<?>[] {SandboxBackend.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("connect");
                    return stream;
                });
        return ServiceConnection.open(backend, new SandboxId(UUID.randomUUID()), 80, idle);
    }

    private static ClassicHttpResponse ask(ServiceConnection connection) throws Exception {
        return connection.exchange(new BasicClassicHttpRequest("GET", "/"));
    }

    @Test
    void anAnswerComesAfterThoseThatAnnounceIt() throws Exception {
        InputStream answer = says(EARLY.repeat(8) + OK);

        ClassicHttpResponse answered = ask(connect(answer, Duration.ofMinutes(1)));

        assertThat(answered.getCode()).isEqualTo(200);
        assertThat(answered.getEntity().getContent().readAllBytes()).asString().isEqualTo("hi");
    }

    @Test
    void whoAnnouncesForEverIsNotHeardOut() throws Exception {
        ServiceConnection connection = connect(saysForEver(EARLY), Duration.ofMinutes(1));

        assertThatThrownBy(() -> ask(connection)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void whoDoesNotBeginToAnswerInTimeIsNotHeardOut() throws Exception {
        ServiceConnection connection = connect(saysForEver("x"), Duration.ofNanos(-1));

        assertThatThrownBy(() -> ask(connection)).isInstanceOf(SocketTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 600 Odd\r\n\r\n", "HTTP/1.1 999 Odd\r\n\r\n", "HTTP/1.1 1000 Odd\r\n\r\n"})
    void aStatusThatIsNoneIsNoHttp(String answer) throws Exception {
        ServiceConnection connection = connect(says(answer), Duration.ofMinutes(1));

        assertThatThrownBy(() -> ask(connection)).isInstanceOf(ProtocolException.class);
    }
}
