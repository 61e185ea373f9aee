package dev.sandlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopesTest {
    static Stream<Throwable> refusalsOfAnExecutor() {
        RejectedExecutionException full = new RejectedExecutionException("Task dev.sandlot.X rejected from pool");
        return Stream.of(full, new CompletionException(full));
    }

    @ParameterizedTest
    @MethodSource("refusalsOfAnExecutor")
    void whereNoThreadIsFreeTheClientIsAskedToComeAgain(Throwable full) {
        ApiException told = Envelopes.told(full);

        assertThat(told.type()).isEqualTo(ErrorType.RATE_LIMITED);
        assertThat(told.headers()).containsEntry("Retry-After", "1");
        assertThat(told.detail()).isEqualTo("This server does as much at once as it can; try again");
    }
}
