package dev.sandlot.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.answers.AnswersConfig.Manner;
import dev.sandlot.settings.GivenSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersConfigTest {
    private static AnswersConfig read(String name, String value) {
        return new AnswersConfig(GivenSettings.of(name, value));
    }

    @Test
    void defaultsSuitAMachineOfEightCores() {
        AnswersConfig config = new AnswersConfig(GivenSettings.none());

        assertThat(config.streams()).isEqualTo(512);
        assertThat(config.streamsPerEnvironment()).isEqualTo(64);
        assertThat(config.keepAlive()).isEmpty();
    }

    @Test
    void theLeastAndTheMostAreTaken() {
        assertThat(read("sandlot.streams.per.server", "1").streams()).isOne();
        assertThat(read("sandlot.streams.per.environment", "1").streamsPerEnvironment())
                .isOne();
        assertThat(read("sandlot.keepalive.seconds", "0").keepAlive()).isEmpty();
        assertThat(read("sandlot.keepalive.seconds", "600").keepAlive()).contains(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource({
        "dreadnode-sdk/2.0.1.dev3+gabc,10,true",
        "dreadnode-sdk/,10,true",
        "dreadnode-sdk,0,false",
        "dreadnode-sdk-like/1,0,false",
        "x/1 dreadnode-sdk/2,0,false",
        "Dreadnode-SDK/2,0,false",
        "python-httpx/0.27,0,false",
        "'',0,false",
        ",0,false",
    })
    void onlyTheDocumentedClientIsAnsweredInAnotherManner(String agent, int seconds, boolean result) {
        Manner manner = new AnswersConfig(GivenSettings.none()).mannerFor(agent);

        assertThat(manner.keepAlive().map(Duration::toSeconds).orElse(0L)).isEqualTo(seconds);
        assertThat(manner.timeoutIsResult()).isEqualTo(result);
        assertThat(manner.onlyResults()).isEqualTo(result);
    }

    @Test
    void anOperatorSaysOtherwise() {
        AnswersConfig config = new AnswersConfig(GivenSettings.of(Map.of(
                "sandlot.keepalive.seconds", "5",
                "sandlot.keepalive.clients", "dreadnode-sdk=0,mine=7",
                "sandlot.on.timeout", "result",
                "sandlot.result.clients", ",")));

        assertThat(config.mannerFor("dreadnode-sdk/1")).isEqualTo(new Manner(Optional.empty(), true, false));
        assertThat(config.mannerFor("mine/1").keepAlive()).contains(Duration.ofSeconds(7));
        assertThat(config.mannerFor("other/1").keepAlive()).contains(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sandlot.streams.per.server|0|SANDLOT_STREAMS_PER_SERVER must be at least 1, but is 0",
                "sandlot.streams.per.environment|0|SANDLOT_STREAMS_PER_ENVIRONMENT must be at least 1, but is 0",
                "sandlot.keepalive.clients|a=601|SANDLOT_KEEPALIVE_CLIENTS must be name=seconds,…, but has a=601",
                "sandlot.keepalive.clients|a|SANDLOT_KEEPALIVE_CLIENTS must be name=seconds,…, but has a",
                "sandlot.on.timeout|ignore|SANDLOT_ON_TIMEOUT must be error or result",
                "sandlot.keepalive.seconds|-1|SANDLOT_KEEPALIVE_SECONDS must be 0 to 600 seconds, but is -1",
                "sandlot.keepalive.seconds|601|SANDLOT_KEEPALIVE_SECONDS must be 0 to 600 seconds, but is 601",
            })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
