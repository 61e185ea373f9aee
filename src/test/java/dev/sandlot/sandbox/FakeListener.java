package dev.sandlot.sandbox;

import dev.sandlot.sandbox.SandboxException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server in a {@link FakeSandboxBackend}: it says the same to everybody, and remembers what it was asked last. */
public final class FakeListener {
    private final Supplier<InputStream> answer;
    private final @Nullable Kind refusal;
    private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
    private final AtomicInteger closed = new AtomicInteger();

    private FakeListener(Supplier<InputStream> answer, @Nullable Kind refusal) {
        this.answer = answer;
        this.refusal = refusal;
    }

    /** One that says that, and is silent then. */
    public static FakeListener saying(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
        return of(() -> new ByteArrayInputStream(bytes));
    }

    /** One from which that comes. */
    public static FakeListener of(Supplier<InputStream> answer) {
        return new FakeListener(answer, null);
    }

    /** One that takes nobody. */
    public static FakeListener refusing(Kind why) {
        return new FakeListener(InputStream::nullInputStream, why);
    }

    /** What the last client sent. */
    public String asked() {
        return asked.toString(StandardCharsets.ISO_8859_1);
    }

    /** How many connections have been closed. */
    public int closed() {
        return closed.get();
    }

    SandboxStream accept() throws SandboxException {
        if (refusal != null) {
            throw new SandboxException(refusal, "nobody is taken here");
        }
        asked.reset();
        InputStream input = answer.get();
        return new SandboxStream() {
            @Override
            public InputStream input() {
                return input;
            }

            @Override
            public OutputStream output() {
                return asked;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }
}
