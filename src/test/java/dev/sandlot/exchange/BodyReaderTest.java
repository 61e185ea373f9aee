package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.RefusedBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
    private static final Tenant ACME = Tenant.of(new WorkspaceId("acme", ""));
    private static final int MIB = 1 << 20;

    private final Budget budget = new Budget("bytes", "wait", Bounds.ofServer(32 * MIB));
    private long now;

    private BodyReader reader(InputStream from, long declared) {
        return new BodyReader(from, declared, budget, ACME, () -> now);
    }

    /** Gives one byte at a time, and takes that long for each. */
    private InputStream trickle(byte[] all, Duration each) {
        return new ByteArrayInputStream(all) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                now += each.toNanos();
                return super.read(into, offset, 1);
            }
        };
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

    private static void assertRefused(Body body, ErrorType type, String words) {
        assertThatThrownBy(body::readAllBytes).isInstanceOfSatisfying(RefusedBody.class, refused -> {
            assertThat(refused.refusal().type()).isEqualTo(type);
            assertThat(refused.refusal().detail()).contains(words);
        });
    }

    @Test
    void aBodyIsTakenWhole() throws IOException {
        byte[] all = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        assertThat(reader(new ByteArrayInputStream(all), all.length).take().readAllBytes())
                .isEqualTo(all);
        assertThat(reader(new ByteArrayInputStream(all), -1).take().readAllBytes())
                .isEqualTo(all);
        Body inParts = reader(new ByteArrayInputStream(all), -1).take();
        assertThat(inParts.readNBytes(99_000)).hasSize(99_000);
        assertThat(inParts.readNBytes(99_000)).hasSize(1000);
        assertThat(inParts.readNBytes(99_000)).isEmpty();
    }

    @Test
    void whatComesInTimeButSlowlyIsTakenInTwoGoes() throws IOException {
        byte[] all = "slow and steady".getBytes(StandardCharsets.UTF_8);
        BodyReader reader = reader(trickle(all, Duration.ofSeconds(1)), all.length);

        assertThat(reader.readFor(Duration.ofSeconds(3))).isFalse();

        assertThat(reader.take().readAllBytes()).isEqualTo(all);
    }

    @Test
    void aByteNowAndThenIsNoPace() {
        BodyReader reader = reader(trickle(new byte[1000], Duration.ofSeconds(10)), 1000);

        assertRefused(reader.take(), ErrorType.INVALID, "The body did not arrive in time");
        assertThat(Duration.ofNanos(now)).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void silenceIsNoBody() {
        assertRefused(
                reader(failing(new SocketTimeoutException("no more")), 10).take(), ErrorType.INVALID, "did not arrive");
        assertRefused(reader(failing(new IOException("reset")), 10).take(), ErrorType.INVALID, "could not be read");
    }

    @Test
    void aBodyThatIsTooLargeIsNotReadToItsEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };

        assertRefused(
                reader(failing(new IOException("it was read")), BodyReader.LARGEST + 1L)
                        .take(),
                ErrorType.INVALID,
                "larger than");
        assertRefused(reader(endless, -1).take(), ErrorType.INVALID, "larger than");
    }

    @Test
    void aBodyThatBreaksOffIsNone() {
        assertRefused(reader(new ByteArrayInputStream(new byte[3]), 4).take(), ErrorType.INVALID, "shorter");
    }

    @Test
    void itsBytesAreItsOrganizationsUntilItIsClosed() {
        BodyReader declared = reader(new ByteArrayInputStream(new byte[7 * MIB]), 7 * MIB);
        assertThat(budget.inUse("acme")).isEqualTo(7 * MIB);
        BodyReader chunked = reader(new ByteArrayInputStream(new byte[7 * MIB]), -1);
        assertThat(chunked.take().isRefused()).isFalse();
        assertThat(budget.inUse("acme")).isBetween(14L * MIB, 16L * MIB);

        assertRefused(
                reader(new ByteArrayInputStream(new byte[7 * MIB]), 7 * MIB).take(), ErrorType.RATE_LIMITED, "no room");

        declared.close();
        chunked.close();
        assertThat(budget.inUse()).isZero();
    }
}
