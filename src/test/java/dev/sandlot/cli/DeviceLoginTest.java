package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.cli.DeviceLogin.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often a server is asked whether a login is approved, and when no more. */
class DeviceLoginTest {
    private static final String CODES = "{\"device_code\":\"secret\",\"user_code\":\"ABCD-EFGH\","
            + "\"verification_url\":\"https://idp.example/device\",\"expires_in\":120,\"interval\":5}";

    private final Script script = new Script();

    /** A server that says what it was told to, and time that passes when somebody waits. */
    private static final class Script implements DeviceLogin.Wire, DeviceLogin.Time {
        private final Queue<Optional<Answer>> answers = new ArrayDeque<>();
        private final List<Long> pauses = new ArrayList<>();
        private final List<String> taken = new ArrayList<>();
        private long now = Long.MAX_VALUE - 1000;

        /** Null: the connection breaks. */
        Script then(@Nullable Answer answer) {
            answers.add(Optional.ofNullable(answer));
            return this;
        }

        @Override
        public Answer begin() throws IOException {
            return next();
        }

        @Override
        public Answer take(String deviceCode) throws IOException {
            taken.add(deviceCode);
            return next();
        }

        private Answer next() throws IOException {
            return answers.isEmpty() ? PENDING : answers.remove().orElseThrow(() -> new IOException("broken"));
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(Duration time) {
            pauses.add(time.toSeconds());
            now += time.toNanos();
        }
    }

    private static final Answer PENDING = error(409, "authorization_pending: nobody has approved it");
    private static final Answer TOKEN = new Answer(200, Optional.empty(), "{\"access_token\":\"a.b.c\"}");

    private static Answer error(int status, String detail) {
        return new Answer(status, Optional.empty(), "{\"detail\":\"" + detail + "\"}");
    }

    private static Answer after(int status, int seconds) {
        return new Answer(status, Optional.of(Duration.ofSeconds(seconds)), "{\"detail\":\"later\"}");
    }

    private String await() throws Exception {
        return new DeviceLogin(script, script, DeviceCodes.of(CODES)).await();
    }

    private void endsWith(int exitCode, String sentence) {
        assertThatThrownBy(this::await)
                .isInstanceOfSatisfying(
                        Failure.class, told -> assertThat(told.exitCode()).isEqualTo(exitCode))
                .hasMessageContaining(sentence);
    }

    @Test
    void itAsksOnceInAnIntervalAndFirstAfterOne() throws Exception {
        script.then(PENDING).then(PENDING).then(TOKEN);

        assertThat(await()).isEqualTo("a.b.c");
        assertThat(script.pauses).containsExactly(5L, 5L, 5L);
        assertThat(script.taken).containsExactly("secret", "secret", "secret");
    }

    @Test
    void whatTheServerWantsToBeLeftAloneItIsFromThenOn() throws Exception {
        script.then(after(409, 10)).then(after(409, 2)).then(PENDING).then(TOKEN);

        await();
        assertThat(script.pauses).containsExactly(5L, 10L, 10L, 10L);
    }

    @Test
    void tooManyRequestsSlowItDown() throws Exception {
        script.then(error(429, "too many")).then(after(429, 20)).then(TOKEN);

        await();
        assertThat(script.pauses).containsExactly(5L, 10L, 20L);
    }

    @Test
    void afterItsTimeNobodyIsAsked() {
        script.then(after(409, 40)).then(after(409, 9000));

        endsWith(Failure.FAILED, "in time");
        assertThat(script.pauses).containsExactly(5L, 40L, 75L);
    }

    @Test
    void whatWasDecidedIsAnEndAtOnce() {
        script.then(error(502, "access_denied: the login was refused"))
                .then(error(504, "expired_token: nobody approved the login in time"))
                .then(error(404, "There is no such login"))
                .then(error(422, "device_code: missing"));

        endsWith(Failure.FORBIDDEN, "access_denied");
        endsWith(Failure.FAILED, "expired_token");
        endsWith(Failure.FAILED, "begin again");
        endsWith(Failure.FAILED, "device_code");
        assertThat(script.pauses).hasSize(4);
    }

    @Test
    void aServerMayFailTwiceAtATime() throws Exception {
        script.then(null)
                .then(error(503, "draining"))
                .then(PENDING)
                .then(error(504, "of a proxy"))
                .then(null)
                .then(TOKEN);

        assertThat(await()).isEqualTo("a.b.c");
        assertThat(script.pauses).containsExactly(5L, 10L, 15L, 15L, 20L, 25L).isSorted();
    }

    @Test
    void aThirdFailureIsTheEnd() {
        script.then(null).then(null).then(null);
        endsWith(Failure.UNREACHABLE, "broken");

        script.then(null).then(error(502, "fails")).then(error(502, "The identity provider does not answer"));
        endsWith(Failure.FAILED, "does not answer");
    }

    @Test
    void whereThereIsNoDeviceLoginThatIsSaid() {
        script.then(error(401, "Send a token as Authorization"))
                .then(error(429, "too many"))
                .then(new Answer(200, Optional.empty(), "<html>"))
                .then(new Answer(200, Optional.empty(), "{\"device_code\":1}"));

        assertThatThrownBy(() -> DeviceLogin.begin(script)).hasMessageContaining("no device login");
        assertThatThrownBy(() -> DeviceLogin.begin(script)).hasMessage("too many");
        assertThatThrownBy(() -> DeviceLogin.begin(script)).hasMessageContaining("no login");
        assertThatThrownBy(() -> DeviceLogin.begin(script)).hasMessageContaining("no login");
    }

    @Test
    void nothingOfTheServersSteersATerminalAndItsTimesHaveBounds() {
        DeviceCodes codes = DeviceCodes.of("{\"device_code\":\"secret\",\"user_code\":\"AB\\u001b[2J\\u202e\","
                + "\"verification_url\":\"https://idp.example/\\n\",\"expires_in\":2000000000,\"interval\":-1}");

        assertThat(codes.request()).doesNotContainPattern("[\\p{Cc}\\p{Cf}]").contains("https://idp.example/", "AB");
        assertThat(codes.lifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(codes.interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(codes.toString() + TOKEN).doesNotContain("secret", "a.b.c");
    }
}
