package dev.sandlot.devicelogin;

import dev.sandlot.budget.Share;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A login that has begun here, until its client has the token or has heard why there is none. */
final class DeviceLogin {
    /** So long a client may take to fetch its token, or to hear of the end. */
    static final Duration KEPT = Duration.ofMinutes(2);
    /** The provider may fail so often, one time after another, before the client hears of it. */
    private static final int FAILURES_BORNE = 2;
    /** RFC 8628, 3.5: by so much it is asked less often when it says so, or does not answer. */
    private static final Duration SLOWER = Duration.ofSeconds(5);

    private final DeviceCodes codes;
    private final Share place;
    private final Instant end;
    private Standing standing = Standing.WAITING;
    private Duration interval;
    private Instant next;
    private Instant forgotten;
    private boolean asking;
    private int failures;
    private @Nullable Granted granted;

    /** {@code place}: given back when it is forgotten. */
    DeviceLogin(DeviceCodes codes, Share place, Instant begun) {
        this.codes = codes;
        this.place = place;
        this.end = begun.plus(codes.lifetime());
        this.interval = codes.interval();
        this.next = begun.plus(interval);
        this.forgotten = end.plus(KEPT);
    }

    /** How a login stands. */
    enum Standing {
        WAITING,
        /** It waits, and the provider has failed again and again. */
        FAILING,
        APPROVED,
        DENIED,
        EXPIRED,
        /** The provider has given a token that this server does not take. */
        UNFIT
    }

    /** What the client is to have; {@code expires} is the token's end. */
    record Granted(String token, String subject, Instant expires) {
        /** Never the token. */
        @Override
        public String toString() {
            return "Granted[" + subject + "]";
        }
    }

    /** The provider's own name for it. */
    String deviceCode() {
        return codes.deviceCode();
    }

    synchronized Standing standing(Instant now) {
        if (isOpen() && !now.isBefore(end)) {
            standing = Standing.EXPIRED;
        }
        return standing;
    }

    private boolean isOpen() {
        return standing == Standing.WAITING || standing == Standing.FAILING;
    }

    /** Whether the provider is to be asked now, by who has called: not more often than it wants, and by one at a time. */
    synchronized boolean takeTurn(Instant now) {
        standing(now);
        if (!isOpen() || asking || now.isBefore(next)) {
            return false;
        }
        asking = true;
        return true;
    }

    /** Who has taken the turn has done with it. */
    synchronized void endTurn(Instant now) {
        asking = false;
        next = now.plus(interval);
    }

    synchronized void isPending(boolean slower) {
        standing = Standing.WAITING;
        failures = 0;
        interval = slower ? interval.plus(SLOWER) : interval;
    }

    /** The provider has not answered, or not as it should. */
    synchronized void hasFailed() {
        failures++;
        interval = interval.plus(SLOWER);
        standing = failures > FAILURES_BORNE ? Standing.FAILING : standing;
    }

    synchronized void isOver(Standing last, Instant now) {
        standing = last;
        forgotten = now.plus(KEPT);
    }

    synchronized void isGranted(Granted what, Instant now) {
        granted = what;
        isOver(Standing.APPROVED, now);
    }

    /** Null but where it is approved. */
    synchronized @Nullable Granted granted() {
        return granted;
    }

    synchronized Duration interval() {
        return interval;
    }

    synchronized boolean isForgotten(Instant now) {
        return !now.isBefore(forgotten);
    }

    void close() {
        place.close();
    }
}
