package dev.sandlot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.ErrorType;
import dev.sandlot.records.ExecutionState;
import dev.sandlot.sandbox.SandboxException.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static Scrape scrape(Readings readings) {
        return Scrape.parse(Metrics.text(readings));
    }

    @Test
    void allThatIsCountedIsThereFromTheFirst() {
        assertThat(scrape(new Readings()).names())
                .contains(
                        "sandlot_executions_total",
                        "sandlot_execution_queue_seconds_bucket",
                        "sandlot_errors_total",
                        "sandlot_keeper_errors_total",
                        "sandlot_database_errors_total",
                        "sandlot_orphans_reaped_total");
    }

    /** The words are of types that this package may not know. */
    @Test
    void wordsAreThoseOfTheirTypes() {
        Scrape scrape = scrape(new Readings());

        Stream.of(ErrorType.values())
                .forEach(type -> scrape.value("sandlot_errors_total", Map.of("type", type.word())));
        Stream.of(Kind.values())
                .filter(kind -> !kind.isHarmless())
                .forEach(kind -> scrape.value(
                        "sandlot_keeper_errors_total",
                        Map.of("kind", kind.name().toLowerCase(Locale.ROOT))));
        Arrays.stream(ExecutionState.values())
                .filter(ExecutionState::isTerminal)
                .forEach(state -> scrape.value("sandlot_executions_total", Map.of("outcome", state.word())));
    }

    @Test
    void anUnknownWordMakesNoSeries() {
        Counter counter = new Counter(new Family("a_total", "help", "word"), List.of("one"));

        counter.count("one");
        counter.count("a tenant's \"text\"\n");

        StringBuilder text = new StringBuilder();
        counter.write(new TextFormat(text));
        Scrape scrape = Scrape.parse(text.toString());
        assertThat(scrape.samples()).hasSize(2);
        assertThat(scrape.value("a_total", Map.of("word", "other"))).isEqualTo(1);
    }

    @Test
    void timesAreInTheBucketsThatTheyFit() {
        Histogram histogram = new Histogram(new Family("a_seconds", "help", ""), List.of());

        for (Duration took : List.of(
                Duration.ofSeconds(-5), Duration.ofMillis(5), Duration.ofNanos(5_000_001), Duration.ofHours(1))) {
            histogram.record(took);
        }

        StringBuilder text = new StringBuilder();
        histogram.write(new TextFormat(text));
        Scrape scrape = Scrape.parse(text.toString());
        assertThat(scrape.value("a_seconds_bucket", Map.of("le", "0.0005"))).isEqualTo(1);
        assertThat(scrape.value("a_seconds_bucket", Map.of("le", "0.005"))).isEqualTo(2);
        assertThat(scrape.value("a_seconds_bucket", Map.of("le", "0.01"))).isEqualTo(3);
        assertThat(scrape.value("a_seconds_bucket", Map.of("le", "600"))).isEqualTo(3);
        assertThat(scrape.value("a_seconds_count")).isEqualTo(4);
        assertThat(scrape.value("a_seconds_sum")).isEqualTo(3600.010000001);
    }

    @Test
    void gaugesShowWhatIsReadAndNothingElse() {
        Readings readings = new Readings();
        Metrics.share(readings, "executions", 3, 512);
        readings.set(Metrics.BUILD, "1.0 \"of\" a\\b", 1);

        Scrape scrape = scrape(readings);

        assertThat(scrape.value("sandlot_share_used", Map.of("share", "executions")))
                .isEqualTo(3);
        assertThat(scrape.value("sandlot_share_limit", Map.of("share", "executions")))
                .isEqualTo(512);
        assertThat(scrape.value("sandlot_build_info", Map.of("version", "1.0 \\\"of\\\" a\\\\b")))
                .isEqualTo(1);
        assertThat(scrape.names()).doesNotContain("sandlot_environments", "jvm_threads");
    }

    @Test
    void requestsAreCountedByOperationAndStatus() {
        HttpOperations.Operation operation = Metrics.HTTP.of("testOperation");

        operation.answered(201, 2_000_000);
        operation.answered(418, 0);

        Scrape scrape = scrape(new Readings());
        assertThat(scrape.value("sandlot_http_requests_total", Map.of("operation", "testOperation", "code", "201")))
                .isEqualTo(1);
        assertThat(scrape.value("sandlot_http_requests_total", Map.of("operation", "testOperation", "code", "other")))
                .isEqualTo(1);
        assertThat(scrape.value("sandlot_http_request_duration_seconds_count", Map.of("operation", "testOperation")))
                .isEqualTo(2);
    }

    @Test
    void numbersAreWrittenWithoutExponents() {
        assertThat(List.of(0.0, 1e12, 1.5, 1e-9, Double.POSITIVE_INFINITY, Double.NaN, -2.0))
                .extracting(TextFormat::number)
                .containsExactly("0", "1000000000000", "1.5", "0.000000001", "+Inf", "NaN", "-2");
    }
}
