package dev.sandlot.execution;

import dev.sandlot.sandbox.ExecId;
import dev.sandlot.sandbox.ExecReport;
import dev.sandlot.sandbox.ExecSpec;
import dev.sandlot.sandbox.FileCourier;
import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.KnownOutput;
import dev.sandlot.sandbox.OutputSink;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.SandboxSpec;
import dev.sandlot.sandbox.SandboxStream;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A backend whose commands never end and whose sandboxes never answer. */
@Alternative
@Priority(1)
@Singleton
public class SilentBackend implements SandboxBackend {
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void create(SandboxSpec spec) {}

    @Override
    public ExecReport execute(SandboxId sandbox, ExecSpec spec, OutputSink sink) throws SandboxException {
        try {
            never.await();
            throw new IllegalStateException("never is over");
        } catch (InterruptedException interrupted) {
            throw new SandboxException(SandboxException.Kind.NO_ANSWER, "interrupted", interrupted);
        }
    }

    @Override
    public ExecReport attach(SandboxId sandbox, ExecId id, KnownOutput known, Duration timeout, OutputSink sink)
            throws SandboxException {
        throw new SandboxException(SandboxException.Kind.UNKNOWN, "nothing is known here");
    }

    @Override
    public OptionalInt write(SandboxId sandbox, ExecId id, ByteBuffer bytes, boolean end) {
        return OptionalInt.empty();
    }

    @Override
    public boolean signal(SandboxId sandbox, ExecId id, int number) {
        return false;
    }

    @Override
    public void extend(SandboxId sandbox, Duration lifetime) {}

    @Override
    public SandboxStream connect(SandboxId sandbox, int port, Duration idle) throws SandboxException {
        throw new SandboxException(SandboxException.Kind.NOT_STARTED, "nobody listens here");
    }

    @Override
    public void acknowledge(SandboxId sandbox, ExecId id) {}

    @Override
    public void cancel(SandboxId sandbox, ExecId id) {}

    @Override
    public FileCourier courier(SandboxId sandbox, Optional<String> user, Duration idle) throws SandboxException {
        throw new SandboxException(SandboxException.Kind.NOT_STARTED, "nobody carries files here");
    }

    @Override
    public void destroy(SandboxId sandbox) {}

    @Override
    public Set<Observed> list() {
        return Set.of();
    }

    @Override
    public Guarantees guarantees() {
        return new Guarantees(Map.of(), Map.of());
    }

    @Override
    public void close() {}
}
