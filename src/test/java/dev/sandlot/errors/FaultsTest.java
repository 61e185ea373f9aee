package dev.sandlot.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FaultsTest {
    private final Faults faults = new Faults();

    @Test
    void theSentenceNamesTheFirstFault() {
        faults.badValue("Must be 1 to 600", "body", "timeout_sec");
        assertThat(faults.sentence()).isEqualTo("timeout_sec: must be 1 to 600");

        faults.missing("header", "X-Environment-Token");
        faults.wrongType("a string", "body", "env", "A", 3);

        assertThatThrownBy(faults::throwIfAny).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.detail()).isEqualTo("timeout_sec: must be 1 to 600 (and 2 more)");
            assertThat(refused.faults()).hasSize(3);
        });
    }

    @Test
    void theWholeBodyIsAPlaceToo() {
        faults.badValue("Must be at most 5 characters", "body");

        assertThat(faults.sentence()).isEqualTo("body: must be at most 5 characters");
    }

    @Test
    void aHundredAreToldAndTheOthersCounted() {
        for (int i = 0; i < 1_000_000; i++) {
            faults.missing("body", i);
        }

        assertThat(faults.all()).hasSize(100);
        assertThat(faults.sentence()).isEqualTo("0: field required (and 999999 more)");
    }

    @Test
    void aLongNameOfTheClientsIsCut() {
        faults.missing("body", "x".repeat(1 << 20), "b");

        assertThat(faults.all().get(0).loc()).satisfies(loc -> {
            assertThat(loc.get(1).toString()).hasSizeLessThan(200).endsWith("…");
            assertThat(loc.get(2)).isEqualTo("b");
        });
    }
}
