package dev.sandlot.metrics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That what is held against a server would be found wrong. */
class ExpressionTest {
    private static final Scrape SCRAPE = Scrape.parse(Metrics.text(new Readings()));

    @Test
    void whatIsThereIsGood() {
        Expression.check(
                "sum by (outcome, instance) (rate(sandlot_executions_total{outcome=~\"lost|exited\",job=\"x\"}[5m])) > 1",
                SCRAPE);
        Expression.check("up{job=\"x\"} == 0", SCRAPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate(sandlot_execution_total[5m])",
                "sandlot_executions_total{outcomes=\"lost\"}",
                "sandlot_executions_total{outcome=\"gone\"}",
                "sum by (type) (sandlot_executions_total)",
                "sandlot_execution_run_seconds > 1"
            })
    void whatIsNotThereIsFound(String expression) {
        assertThatThrownBy(() -> Expression.check(expression, SCRAPE)).isInstanceOf(AssertionError.class);
    }
}
