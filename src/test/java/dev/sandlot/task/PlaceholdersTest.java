package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
    @Test
    void namesWithAValueAreFilledAndOthersStay() {
        assertThat(Placeholders.fill("{{a}} {{ b }} {{c}} {a}", Map.of("a", "1$0\\", "b", "2")))
                .isEqualTo("1$0\\ 2 {{c}} {a}");
    }

    @Test
    void aValueIsNotFilledAgain() {
        assertThat(Placeholders.fill("{{a}}", Map.of("a", "{{b}}", "b", "no"))).isEqualTo("{{b}}");
    }
}
