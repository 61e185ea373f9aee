package dev.sandlot.admission;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Lets new work in, or none. The mode is in the database: a server that is started again goes on in it. */
@Singleton
public class WorkGate {
    private static final String RETRY_SECONDS = "30";

    private final Jdbi jdbi;
    /** Null until the database has been asked. */
    private volatile @Nullable Mode mode;

    @Inject
    public WorkGate(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The mode in which the server is. */
    public Mode mode() {
        Mode known = mode;
        return known == null ? load() : known;
    }

    private synchronized Mode load() {
        Mode known = mode;
        if (known == null) {
            known = jdbi.withHandle(handle -> handle.createQuery("select mode from server_mode")
                            .mapTo(String.class)
                            .findOne())
                    .flatMap(Mode::parse)
                    .orElse(Mode.OPEN);
            mode = known;
        }
        return known;
    }

    /** The mode from now on, and after a start. */
    public synchronized void set(Mode wanted) {
        jdbi.useTransaction(handle -> {
            handle.execute("delete from server_mode");
            handle.execute("insert into server_mode (mode) values (?)", wanted.word());
        });
        mode = wanted;
    }

    /** Throws RATE_LIMITED unless new work may begin. */
    public void requireOpen() {
        switch (mode()) {
            case OPEN -> {}
            case DRAIN -> throw refusal("This server takes no new work: its operator drains it; try again later");
            case READ_ONLY -> throw readOnly();
        }
    }

    /** Throws RATE_LIMITED unless things may change. */
    void requireChanges() {
        if (mode() == Mode.READ_ONLY) {
            throw readOnly();
        }
    }

    private static ApiException readOnly() {
        return refusal("This server changes nothing now: its operator has made it read-only; try again later");
    }

    private static ApiException refusal(String sentence) {
        return new ApiException(ErrorType.RATE_LIMITED, sentence).withHeader("Retry-After", RETRY_SECONDS);
    }
}
