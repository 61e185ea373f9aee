package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.sandbox.FakeListener;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request as a service gets it, and its answer as the client does. */
class ForwardingTest {
    private static final int PORT = 8000;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private final FakeSandboxBackend backend = new FakeSandboxBackend();
    private final Forwarding forwarding = new Forwarding(backend, new ProxyConfig(1, 1, "https://issuer.example"));
    private final UUID environment = UUID.randomUUID();

    private ForwardTarget target() {
        TaskService service = new TaskService(
                "web", Optional.of("serve"), PORT, Optional.empty(), Duration.ofSeconds(1), Restart.ALWAYS);
        return new ForwardTarget(new SandboxId(environment), service, new ServiceAddress(environment, "web", "/a?b=c"));
    }

    private String forward(FakeExchange exchange, FakeListener service) {
        backend.listen(PORT, service);
        forwarding.exchange(target(), exchange.request(), exchange.response());
        return service.asked();
    }

    private static String token(String issuer) {
        return part("{\"alg\":\"RS256\"}") + "." + part("{\"iss\":\"" + issuer + "\"}") + ".c2ln";
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aServiceSeesTheRequestAndWhereItCameFrom() {
        FakeListener service = FakeListener.saying(OK);
        FakeExchange exchange =
                new FakeExchange("GET", "/any").with("Accept", "text/html").with("X-Many", "1", "2");

        String asked = forward(exchange, service);

        assertThat(asked.lines())
                .startsWith("GET /a?b=c HTTP/1.1")
                .contains(
                        "Accept: text/html",
                        "X-Many: 1",
                        "X-Many: 2",
                        "Host: localhost:8000",
                        "Connection: close",
                        "X-Forwarded-For: 192.0.2.7",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: sandlot.example:443",
                        "X-Forwarded-Prefix: /_services/" + environment + "/web");
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).isEqualTo("hi");
        assertThat(exchange.header("Content-Length")).containsExactly("2");
        assertThat(service.closed()).isOne();
    }

    @Test
    void whatOpensThisServerDoesNotReachIt() {
        FakeExchange exchange = new FakeExchange("GET", "/any")
                .with("Authorization", "Bearer the-execute-token")
                .with("X-Api-Key", "a-key")
                .with("Cookie", "a=" + token("https://issuer.example"))
                .with("X-Other", token("https://other.example"))
                .with("Host", "sandlot.example")
                .with("Expect", "100-continue")
                .with("X-Forwarded-For", "10.0.0.1")
                .with("Connection", "X-Hop")
                .with("X-Hop", "1");

        String asked = forward(exchange, FakeListener.saying(OK));

        assertThat(asked)
                .doesNotContain("the-execute-token", "a-key", "Cookie", "sandlot.example\r\n", "100-continue")
                .doesNotContain("10.0.0.1", "X-Hop")
                .contains("X-Other: " + token("https://other.example"));
    }

    @Test
    void aBearerOfTheServicesOwnGoesThroughBesideTheToken() {
        FakeExchange exchange = new FakeExchange("GET", "/any")
                .with("Authorization", "Bearer its-own")
                .with("X-Environment-Token", "the-execute-token");

        assertThat(forward(exchange, FakeListener.saying(OK)))
                .contains("Authorization: Bearer its-own")
                .doesNotContain("the-execute-token");
    }

    @Test
    void bodiesGoThroughAsTheyCome() {
        assertThat(forward(new FakeExchange("POST", "/").sending("body"), FakeListener.saying(OK)))
                .contains("Content-Length: 4\r\n")
                .endsWith("\r\n\r\nbody");
        assertThat(forward(new FakeExchange("POST", "/").sendingPieces("body"), FakeListener.saying(OK)))
                .contains("Transfer-Encoding: chunked\r\n")
                .doesNotContain("Content-Length")
                .contains("4\r\nbody\r\n0\r\n");
        assertThat(forward(new FakeExchange("POST", "/").sending(""), FakeListener.saying(OK)))
                .contains("Content-Length: 0\r\n");
    }

    @Test
    void itsAnswerComesWithItsOwnHeadersOnly() {
        FakeExchange exchange = new FakeExchange("GET", "/");

        forward(
                exchange,
                FakeListener.saying(String.join(
                        "\r\n",
                        "HTTP/1.1 404 Not here",
                        "Set-Cookie: a=b",
                        "Set-Cookie: c=d",
                        "Strict-Transport-Security: max-age=1",
                        "Keep-Alive: x",
                        "Transfer-Encoding: chunked",
                        "",
                        "3",
                        "abc",
                        "0",
                        "",
                        "")));

        assertThat(exchange.status()).isEqualTo(404);
        assertThat(exchange.header("Set-Cookie")).containsExactly("a=b", "c=d");
        assertThat(exchange.header("Strict-Transport-Security")).isEmpty();
        assertThat(exchange.header("Keep-Alive")).isEmpty();
        assertThat(exchange.header("Transfer-Encoding")).isEmpty();
        assertThat(exchange.text()).isEqualTo("abc");
    }

    @Test
    void anAnswerWithoutABodyHasNone() {
        FakeExchange exchange = new FakeExchange("HEAD", "/");

        forward(exchange, FakeListener.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));

        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).isEmpty();
    }

    private void assertRefused(FakeListener service, ErrorType type, String detail) {
        FakeExchange exchange = new FakeExchange("GET", "/");

        assertThatThrownBy(() -> forward(exchange, service)).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.type()).isEqualTo(type);
            assertThat(refusal.detail()).isEqualTo(detail);
        });

        assertThat(exchange.isCommitted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoTakesNoConnectionIsToldApartFromWhatIsGone(Kind kind) {
        assertRefused(
                FakeListener.refusing(kind),
                ErrorType.BAD_GATEWAY,
                kind == Kind.SANDBOX_DIED
                        ? "The environment of the service web is gone"
                        : "The service web takes no connection now");
    }

    @Test
    void whatIsNoAnswerIsTold() {
        assertRefused(
                FakeListener.saying("hello\r\n\r\n"),
                ErrorType.BAD_GATEWAY,
                "The service web answered with what is no HTTP");
        assertRefused(
                FakeListener.of(() -> failing(new SocketTimeoutException("slow"))),
                ErrorType.GATEWAY_TIMEOUT,
                "The service web did not answer within 5 min");
        assertRefused(
                FakeListener.of(() -> failing(new IOException("reset"))),
                ErrorType.BAD_GATEWAY,
                "The service web broke the connection off");
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw failure;
            }
        };
    }
}
