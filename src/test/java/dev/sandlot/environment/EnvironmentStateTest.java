package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EnvironmentStateTest {
    @ParameterizedTest
    @CsvSource({
        "building,BUILDING",
        "provisioning,PROVISIONING",
        "ready,READY",
        "paused,PAUSED",
        "torn_down,TORN_DOWN",
        "failed,FAILED",
        "running,READY",
        "killed,TORN_DOWN"
    })
    void wordsAndSynonymsAreUnderstood(String word, EnvironmentState state) {
        assertThat(EnvironmentState.parse(word)).contains(state);
    }

    @Test
    void otherWordsAreNot() {
        assertThat(EnvironmentState.parse("READY")).isEmpty();
        assertThat(EnvironmentState.parse("stopped")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(EnvironmentState.class)
    void everyStateThatCanBeLeftCanBeTornDown(EnvironmentState state) {
        assertThat(state.isTerminal() || state.next().contains(EnvironmentState.TORN_DOWN))
                .isTrue();
    }
}
