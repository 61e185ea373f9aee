package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Injection;
import dev.sandlot.admission.AdmissionConfig;
import dev.sandlot.admission.CallerRates;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.ProvisioningHost;
import dev.sandlot.environment.ProvisioningHost.Made;
import dev.sandlot.sandbox.FakeListener;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.worker.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The way in to services: who may, how many, and what they are told. */
@Timeout(60)
class ServiceProxyTest {
    private static final int PORT = 8000;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    private Path folder;

    private ProvisioningHost host;
    private ServiceProxy proxy;
    private Environment environment;
    private ExecuteToken token;
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private final Queue<Runnable> work = new ArrayDeque<>();
    private Executor executor = work::add;

    @BeforeEach
    void begin() throws Exception {
        host = new ProvisioningHost(folder);
        FakeSandboxBackend backend = host.backend;
        backend.hold("serve", serving);
        backend.listen(PORT, FakeListener.saying(OK));
        Made made = host.readyWithService("acme/main", "web", "serve", PORT);
        environment = made.environment();
        token = made.token();
        ProxyConfig config = new ProxyConfig(2, 8, "https://issuer.example");
        proxy = Injection.into(
                new ServiceProxy(),
                config,
                host.environments,
                host.supervisor,
                new CallerRates(new AdmissionConfig(1, 20, 1, 1, 1, 1, Map.of())),
                new Forwarding(backend, config),
                new Workers(task -> executor.execute(task)),
                host.clock);
        proxy.init();
    }

    @AfterEach
    void end() {
        serving.complete(null);
        host.close();
    }

    private FakeExchange request(UUID id, String service) {
        return new FakeExchange("GET", "/_services/" + id + "/" + service + "/");
    }

    private FakeExchange mine() {
        return request(environment.id(), "web").with("Authorization", "Bearer " + token.text());
    }

    private FakeExchange ask(FakeExchange exchange) throws IOException {
        proxy.service(exchange.request(), exchange.response());
        return exchange;
    }

    private void runAll() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    @Test
    void whoHasTheTokenGetsTheAnswer() throws Exception {
        FakeExchange exchange = ask(mine());
        FakeExchange other = ask(request(environment.id(), "web").with("X-Environment-Token", token.text()));
        assertThat(exchange.isAsync()).isTrue();
        assertThat(exchange.completed()).isZero();

        runAll();

        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).isEqualTo("hi");
        assertThat(exchange.completed()).isOne();
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void aClientThatKnowsNothingButKeysShowsItAsOne() throws Exception {
        FakeExchange key = ask(request(environment.id(), "web").with("x-api-key", token.text()));
        FakeExchange besides = ask(mine().with("X-API-Key", "the service's own"));
        FakeExchange wrong = ask(request(environment.id(), "web").with("X-API-Key", "x"));
        FakeExchange outvoted = ask(request(environment.id(), "web")
                .with("Authorization", "Bearer x")
                .with("X-API-Key", token.text()));

        assertThat(wrong.status()).isEqualTo(403);
        assertThat(outvoted.status()).isEqualTo(403);
        runAll();
        assertThat(key.status()).isEqualTo(200);
        assertThat(besides.status()).isEqualTo(200);
    }

    @Test
    void whoHasNoneIsAskedForIt() throws Exception {
        FakeExchange exchange = ask(request(environment.id(), "web"));

        assertThat(exchange.status()).isEqualTo(401);
        assertThat(exchange.header("WWW-Authenticate")).containsExactly("Bearer");
        assertThat(exchange.header("Connection")).containsExactly("close");
        assertThat(exchange.isAsync()).isFalse();
    }

    @Test
    void anEnvironmentThatIsNotThereLooksLikeSomebodyElses() throws Exception {
        FakeExchange foreign = ask(request(environment.id(), "web").with("Authorization", "Bearer x"));
        FakeExchange nobodys = ask(request(UUID.randomUUID(), "web").with("Authorization", "Bearer x"));

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(nobodys.status()).isEqualTo(403);
        assertThat(nobodys.text()).isEqualTo(foreign.text());
        assertThat(work).isEmpty();
    }

    @Test
    void whatNamesNoServiceIsNotFound() throws Exception {
        String bearer = "Bearer " + token.text();

        assertThat(ask(request(environment.id(), "other").with("Authorization", bearer))
                        .status())
                .isEqualTo(404);
        assertThat(ask(new FakeExchange("GET", "/_services/x").with("Authorization", bearer))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whereTheEnvironmentIsNotReadyNothingIsForwarded() throws Exception {
        host.clock.advance(Duration.ofHours(2));

        assertThat(ask(mine()).status()).isEqualTo(409);
        assertThat(work).isEmpty();
    }

    @Test
    void guessesAreHeldDownAndRequestsForServicesThatThereAreNot() throws Exception {
        int refused = 0;
        for (int i = 0; i < 2000 && refused == 0; i++) {
            FakeExchange guess = ask(request(UUID.randomUUID(), "web").with("Authorization", "Bearer x"));
            refused = guess.status() == 429 ? 1 : 0;
        }
        assertThat(refused).isOne();

        assertThat(ask(mine()).isAsync()).isTrue();
        assertThat(ask(request(UUID.randomUUID(), "web")
                                .with("Authorization", "Bearer x")
                                .from("192.0.2.8"))
                        .status())
                .as("from elsewhere")
                .isEqualTo(403);
    }

    @Test
    void oneEnvironmentIsAskedSoOften() throws Exception {
        List<FakeExchange> refused = new ArrayList<>();
        for (int i = 0; i < 1000 && refused.isEmpty(); i++) {
            FakeExchange exchange = ask(mine());
            runAll();
            if (exchange.status() == 429) {
                refused.add(exchange);
            }
        }

        assertThat(refused)
                .singleElement()
                .satisfies(told -> assertThat(told.header("Retry-After")).isNotEmpty());
    }

    @Test
    void oneEnvironmentHasSoManyAtOnce() throws Exception {
        ask(mine());
        ask(mine());

        FakeExchange third = ask(mine());
        assertThat(third.status()).isEqualTo(429);
        assertThat(third.isAsync()).isFalse();
        runAll();

        assertThat(ask(mine()).isAsync()).as("their places are free").isTrue();
    }

    @Test
    void whatGoesWrongOnTheWayIsToldAndGivesThePlaceBack() throws Exception {
        host.backend.listen(PORT, FakeListener.refusing(dev.sandlot.sandbox.SandboxException.Kind.NOT_STARTED));
        for (int i = 0; i < 5; i++) {
            FakeExchange exchange = ask(mine());
            runAll();
            assertThat(exchange.status()).isEqualTo(502);
            assertThat(exchange.text()).contains("The service web takes no connection now");
            assertThat(exchange.completed()).isOne();
        }
    }

    @Test
    void anAnswerThatHasBegunBreaksOff() throws Exception {
        FakeExchange exchange = ask(mine().broken());

        runAll();

        assertThat(exchange.isCommitted()).isTrue();
        assertThat(exchange.text()).doesNotContain("detail");
        assertThat(exchange.completed()).isOne();
        ask(mine());
        assertThat(ask(mine()).isAsync()).as("its place is free").isTrue();
    }

    @Test
    void whereNoThreadIsFreeItIsRefusedAndGivesThePlaceBack() throws Exception {
        executor = task -> {
            throw new RejectedExecutionException("no thread");
        };
        for (int i = 0; i < 5; i++) {
            FakeExchange exchange = ask(mine());

            assertThat(exchange.status()).isEqualTo(429);
            assertThat(exchange.text()).contains("This server does as much at once as it can; try again");
            assertThat(exchange.header("Retry-After")).containsExactly("1");
            assertThat(exchange.completed()).isOne();
        }
        executor = work::add;

        assertThat(ask(mine()).isAsync()).isTrue();
    }

    @Test
    void aFaultOfOursIsToldWithAReferenceAndNothingElse() throws Exception {
        host.jdbi().useHandle(handle -> handle.execute("drop table environments cascade"));

        FakeExchange exchange = ask(request(UUID.randomUUID(), "web").with("Authorization", "Bearer x"));

        assertThat(exchange.status()).isEqualTo(500);
        assertThat(exchange.text()).contains("tell the operator the reference").doesNotContain("select");
    }
}
