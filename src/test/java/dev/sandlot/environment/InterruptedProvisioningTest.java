package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Logged;
import dev.sandlot.environment.EnvironmentProvisioner.Provisioned;
import dev.sandlot.environment.ProvisioningHost.Task;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.idempotency.IdempotencyKey;
import dev.sandlot.sandbox.FakeCommand;
import dev.sandlot.sandbox.FakeSandboxBackend;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server stops while it makes environments, and its workers are interrupted: nothing is known to be wrong with those. */
@Timeout(60)
class InterruptedProvisioningTest {
    private static final IdempotencyKey KEY = new IdempotencyKey("scope", "once", "body");
    private static final String SCRIPT = "sleep 300";

    @TempDir
    private Path folder;

    private final CompletableFuture<Void> never = new CompletableFuture<>();
    private final Queue<Thread> workers = new ConcurrentLinkedQueue<>();
    private ProvisioningHost host;

    @BeforeEach
    void begin() throws Exception {
        host = new ProvisioningHost(
                folder,
                ProvisioningHost.MANY,
                1 << 20,
                threads -> work -> threads.execute(() -> {
                    workers.add(Thread.currentThread());
                    work.run();
                }));
    }

    @AfterEach
    void end() {
        never.complete(null);
        host.close();
    }

    private void interruptWorkers() {
        workers.forEach(Thread::interrupt);
    }

    private Environment beingMade() {
        return host.repository.living().stream()
                .filter(one -> one.state().isBeingMade())
                .findFirst()
                .orElseThrow();
    }

    /** What it was made for is told; it stays as it is, with its key, until the next server ends it. */
    private void isLeft(CompletableFuture<Provisioned> made) {
        interruptWorkers();
        assertThatThrownBy(made::join).cause().isInstanceOfSatisfying(ApiException.class, told -> {
            assertThat(told.type()).isEqualTo(ErrorType.BAD_GATEWAY);
            assertThat(told.detail())
                    .isEqualTo("The environment was not made: the server stops;"
                            + " provision another one when it is back");
        });
        isLeft(beingMade());
    }

    private void isLeft(Environment left) {
        assertThat(host.log(left.id())).noneMatch(line -> line.contains("failed"));
        assertThat(host.keys.find(KEY)).isPresent();
        host.endUnfinished();
        assertThat(host.repository.find(left.id()).orElseThrow().status().error())
                .isEqualTo("The server ended while it was made; provision another one");
        assertThat(host.keys.find(KEY)).isEmpty();
    }

    @Test
    void oneWhoseSandboxIsBeingMadeIsLeft() throws Exception {
        host.backend.holdCreation(never);
        CompletableFuture<Provisioned> made = host.provisionOnce("acme/main", Task.PLAIN, KEY);
        host.backend.await(FakeSandboxBackend.CREATION, 1);

        isLeft(made);
    }

    @Test
    void oneWhoseScriptRunsIsLeft() throws Exception {
        host.backend.hold(SCRIPT, never);
        CompletableFuture<Provisioned> made = host.provisionOnce("acme/main", Task.provisionedBy(SCRIPT), KEY);
        host.backend.await(SCRIPT, 1);

        isLeft(made);
    }

    @Test
    void oneWhoseServiceIsAwaitedIsLeft() throws Exception {
        host.backend.hold("serve", never);
        TaskService service = new TaskService(
                "web", Optional.of("serve"), 8000, Optional.empty(), Duration.ofMinutes(10), Restart.NEVER);
        Task serving = new Task(Task.PLAIN.image(), Optional.empty(), Optional.empty(), List.of(service));
        CompletableFuture<Provisioned> made = host.provisionOnce("acme/main", serving, KEY);
        host.backend.await("serve", 1);

        isLeft(made);
    }

    @Test
    void whateverBreaksOnAWorkerThatWasInterruptedIsNoFault() {
        host.backend.script(
                SCRIPT,
                FakeCommand.fails(Kind.SANDBOX_DIED)
                        .after(() -> Thread.currentThread().interrupt()));
        CompletableFuture<Provisioned> made = host.provisionOnce("acme/main", Task.provisionedBy(SCRIPT), KEY);

        isLeft(made);
    }

    @Test
    void oneWhoseImageIsBeingPulledIsLeft() throws Exception {
        try (Logged log = new Logged();
                ServerSocket silent = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            Task task = Task.madeFrom("127.0.0.1:" + silent.getLocalPort() + "/image:1");
            host.provision("acme/first", task).join();
            ProvisioningHost.await(() -> workers.size() == 1);
            Thread first = workers.remove();
            silent.accept();
            // The second waits for what the first pulls.
            host.provisionOnce("acme/main", task, KEY).join();
            Environment waiting = host.page("acme/main").get(0);
            ProvisioningHost.await(() -> workers.stream().anyMatch(one -> one != first));

            interruptWorkers();

            ProvisioningHost.await(() -> log.text().contains(waiting.id() + " is left")
                    || log.text().contains(waiting.id() + " can't be provisioned"));
            isLeft(waiting);
        }
    }
}
