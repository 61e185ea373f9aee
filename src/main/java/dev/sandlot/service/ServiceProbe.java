package dev.sandlot.service;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxStream;
import dev.sandlot.task.TaskService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/** Asks a service whether it can be used. */
@Singleton
public class ServiceProbe {
    private static final long PAUSE_MILLIS = 50;
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final int FIRST_BAD_STATUS = 400;

    private final SandboxBackend backend;
    private final ServiceSupervisor supervisor;
    private final Clock clock;

    @Inject
    public ServiceProbe(SandboxBackend backend, ServiceSupervisor supervisor, Clock clock) {
        this.backend = backend;
        this.supervisor = supervisor;
        this.clock = clock;
    }

    /** What a service did before it could be used. */
    public enum Answer {
        READY,
        ENDED,
        SILENT
    }

    /** Waits until it answers, is over, or {@code since} is longer ago than it may take. */
    public Answer await(ServicePlan plan, Instant since) throws SandboxException, InterruptedException {
        Instant end = since.plus(plan.service().startTimeout());
        while (clock.instant().isBefore(end)) {
            if (isReady(plan)) {
                return Answer.READY;
            }
            if (supervisor.isOver(plan.sandbox(), plan.name())) {
                return Answer.ENDED;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return Answer.SILENT;
    }

    private boolean isReady(ServicePlan plan) throws SandboxException {
        TaskService service = plan.service();
        try {
            return service.path().isPresent()
                    ? answers(plan, service.path().get())
                    : takesConnections(plan, service.port());
        } catch (SandboxException refused) {
            if (refused.kind() == Kind.SANDBOX_DIED || refused.kind() == Kind.INTERRUPTED) {
                throw refused;
            }
            return false;
        } catch (IOException | HttpException notYet) {
            return false;
        }
    }

    private boolean takesConnections(ServicePlan plan, int port) throws SandboxException, IOException {
        try (SandboxStream stream = backend.connect(plan.sandbox(), port, IDLE)) {
            return stream.input() != null;
        }
    }

    private boolean answers(ServicePlan plan, String path) throws SandboxException, IOException, HttpException {
        try (ServiceConnection connection =
                ServiceConnection.open(backend, plan.sandbox(), plan.service().port(), IDLE)) {
            BasicClassicHttpRequest request = new BasicClassicHttpRequest("GET", path);
            request.setHeader("Host", "localhost:" + plan.service().port());
            request.setHeader("Connection", "close");
            ClassicHttpResponse answer = connection.exchange(request);
            return answer.getCode() < FIRST_BAD_STATUS;
        }
    }
}
