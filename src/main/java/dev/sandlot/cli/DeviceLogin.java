package dev.sandlot.cli;

import jakarta.json.JsonException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Asks for the token of a login until its user has approved it, or until there will be none. */
final class DeviceLogin {
    /** RFC 8628, 3.5: so much longer are the pauses from then on when the server wants that, or does not answer. */
    private static final Duration SLOWER = Duration.ofSeconds(5);
    /** So often, one time after another, the server may fail. */
    private static final int FAILURES_BORNE = 2;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int PENDING = 409;
    private static final int TOO_MANY = 429;
    private static final int FAILING = 500;

    private final Wire wire;
    private final Time time;
    private final DeviceCodes codes;
    private Duration interval;
    private int failures;

    /** The server; each question has an end. */
    interface Wire {
        Answer begin() throws IOException, InterruptedException;

        Answer take(String deviceCode) throws IOException, InterruptedException;
    }

    /** What the server answers; {@code retryAfter}: how long it wants to be left alone. */
    record Answer(int status, Optional<Duration> retryAfter, String body) {
        String detail() {
            return Api.detail(status, body);
        }

        /** It may hold a token. */
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /** Time, as it passes. */
    interface Time {
        long nanos();

        void pause(Duration time) throws InterruptedException;
    }

    DeviceLogin(Wire wire, Time time, DeviceCodes codes) {
        this.wire = wire;
        this.time = time;
        this.codes = codes;
        this.interval = codes.interval();
    }

    /** Begins one. Throws {@link Failure} where there is none to begin. */
    static DeviceCodes begin(Wire wire) throws IOException, InterruptedException {
        Answer begun = wire.begin();
        return switch (begun.status()) {
            case OK -> DeviceCodes.of(begun.body());
            case 401, NOT_FOUND ->
                throw new Failure(Failure.FAILED, "This server has no device login; log in with a key or a token");
            default -> throw Failure.refusal(begun.status(), begun.detail());
        };
    }

    /** The token, when its user has approved it. Throws {@link Failure} for every other end, of which time is one. */
    String await() throws InterruptedException {
        long begun = time.nanos();
        while (true) {
            Duration left = codes.lifetime().minusNanos(time.nanos() - begun);
            if (left.isNegative() || left.isZero()) {
                throw new Failure(Failure.FAILED, "Nobody approved the login in time; begin again");
            }
            time.pause(interval.compareTo(left) < 0 ? interval : left);
            Optional<String> token = ask();
            if (token.isPresent()) {
                return token.get();
            }
        }
    }

    private Optional<String> ask() throws InterruptedException {
        try {
            return heard(wire.take(codes.deviceCode()));
        } catch (IOException broken) {
            hasFailed(Failure.unreachable("The server", broken));
            return Optional.empty();
        }
    }

    private Optional<String> heard(Answer answer) {
        Duration wanted = answer.retryAfter().orElse(Duration.ZERO);
        switch (answer.status()) {
            case OK -> {
                return Optional.of(token(answer.body()));
            }
            case PENDING -> isPending(wanted);
            case TOO_MANY -> isPending(longer(interval.plus(SLOWER), wanted));
            case NOT_FOUND ->
                throw new Failure(Failure.FAILED, "The login is over, or its token was lost on the way; begin again");
            default -> hasRefused(answer);
        }
        return Optional.empty();
    }

    private static String token(String body) {
        try {
            return Api.parse(body).asJsonObject().getString("access_token");
        } catch (JsonException | ClassCastException | NullPointerException foreign) {
            throw new Failure(Failure.FAILED, "The server answered something that is no token");
        }
    }

    private void isPending(Duration wanted) {
        interval = longer(interval, wanted);
        failures = 0;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Ends are a 5xx as failures are; what they begin with tells them apart. */
    private void hasRefused(Answer answer) {
        String detail = answer.detail();
        if (detail.startsWith("access_denied")) {
            throw new Failure(Failure.FORBIDDEN, detail);
        }
        if (detail.startsWith("expired_token")) {
            throw new Failure(Failure.FAILED, detail);
        }
        Failure refusal = Failure.refusal(answer.status(), detail);
        if (answer.status() < FAILING) {
            throw refusal;
        }
        hasFailed(refusal);
    }

    private void hasFailed(Failure why) {
        failures++;
        if (failures > FAILURES_BORNE) {
            throw why;
        }
        interval = interval.plus(SLOWER);
    }
}
