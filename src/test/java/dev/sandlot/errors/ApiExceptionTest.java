package dev.sandlot.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ApiExceptionTest {
    private final ApiException refusal = new ApiException(ErrorType.NOT_FOUND, "There is no file /home/secret/plan");

    /** As a container logs what went wrong on the way of an answer. */
    @Test
    void aLogDoesNotTellWhatAClientIsTold() {
        StringWriter log = new StringWriter();
        new CompletionException(refusal).printStackTrace(new PrintWriter(log, true));

        assertThat(log.toString()).contains("ApiException[not_found_error]").doesNotContain("plan");
        assertThat(refusal.detail()).contains("/home/secret/plan");
    }
}
