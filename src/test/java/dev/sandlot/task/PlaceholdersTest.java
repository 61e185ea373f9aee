package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
    @Test
    void namesWithAValueAreFilledAndOthersStay() {
        assertThat(Placeholders.fill("{{a}} {{ b }} {{c}} {a}", Map.of("a", "1$0\\", "b", "2"), 100))
                .contains("1$0\\ 2 {{c}} {a}");
    }

    @Test
    void aValueIsNotFilledAgain() {
        assertThat(Placeholders.fill("{{a}}", Map.of("a", "{{b}}", "b", "no"), 100))
                .contains("{{b}}");
    }

    @Test
    void whatWouldBecomeTooLongIsNotFilled() {
        assertThat(Placeholders.fill("a{{x}}b", Map.of("x", "123"), 5)).contains("a123b");
        assertThat(Placeholders.fill("a{{x}}b", Map.of("x", "123"), 4)).isEmpty();
        assertThat(Placeholders.fill("ab{{x}}", Map.of("x", "123"), 4)).isEmpty();
        // 600 GB, if it were made.
        assertThat(Placeholders.fill("{{a}}".repeat(200_000), Map.of("a", "x".repeat(3_000_000)), 1 << 20))
                .isEmpty();
    }

    @Test
    void textThatIsAlmostAPlaceholderIsReadInOneGo() {
        String text = "{{" + "a".repeat(300_000) + " ".repeat(300_000) + "{{".repeat(200_000);

        assertThat(Placeholders.fill(text, Map.of(), 1 << 20)).contains(text);
    }
}
