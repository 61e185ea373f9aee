package dev.sandlot.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.Logged;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.logging.Level;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final String SECRET = "curl -H 'Authorization: Bearer hush'";

    private static String logged(Throwable failure) {
        try (Logged logged = new Logged()) {
            Failures.log(ServerLog.of(FailuresTest.class), Level.WARNING, failure, () -> "It failed");
            return logged.text();
        }
    }

    private static SQLException refused() {
        SQLException reason = new SQLException("ERROR: Failing row contains (" + SECRET + ")", "23503");
        BatchUpdateException batch = new BatchUpdateException("Batch entry 0 " + SECRET, "23503", new int[0], reason);
        batch.setNextException(reason);
        return batch;
    }

    @Test
    void valuesOfAStatementAreNotLoggedWhereverTheyAre() {
        Throwable statement = new UnableToExecuteStatementException(refused(), null);
        Throwable wrapped = new CompletionException(new IllegalStateException("broken: " + statement, statement));
        wrapped.addSuppressed(refused());

        assertThat(logged(wrapped))
                .doesNotContain("hush", "Batch entry")
                .contains("It failed", "SQLSTATE 23503", "BatchUpdateException", "FailuresTest.refused");
    }

    @Test
    void aMessageOfOursIsLoggedOnOneLine() {
        Throwable failure =
                new IllegalStateException("no user \"x\n2026-01-01 forged\u001b[2K\"", new IOException("why"));

        assertThat(logged(failure))
                .contains("java.lang.IllegalStateException: no user \"x 2026-01-01 forged[2K\"")
                .contains("Caused by: java.io.IOException: why");
    }

    @Test
    void theOperatorGetsASentence() {
        assertThat(Failures.sentence(new IllegalStateException(new SQLException("FATAL: " + SECRET, "28P01"))))
                .isEqualTo("The database can't be used: it does not take this user and password (SQLSTATE 28P01)");
        assertThat(Failures.sentence(new UnableToExecuteStatementException(refused(), null)))
                .isEqualTo("The database can't be used: it contradicts what is stored (SQLSTATE 23503)");
        assertThat(Failures.sentence(new IllegalStateException(new IllegalArgumentException("X must be 1"))))
                .isEqualTo("X must be 1");
        assertThat(Failures.sentence(new SQLException("broken " + SECRET))).contains("SQLSTATE unknown");
        assertThat(Failures.sentence(new NullPointerException())).isEqualTo("java.lang.NullPointerException");
    }

    @Test
    void aChainWithoutAnEndEnds() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second", first);
        first.initCause(second);

        assertThat(logged(first)).contains("first", "second");
        assertThat(Failures.sentence(first)).isNotBlank();
    }
}
