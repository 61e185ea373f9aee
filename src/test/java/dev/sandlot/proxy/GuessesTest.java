package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import org.junit.jupiter.api.Test;

class GuessesTest {
    /** Far more than come back in the time that the test takes. */
    private static void exhaust(Guesses guesses, String address) {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        guesses.take(address);
                    }
                })
                .isInstanceOf(ApiException.class);
    }

    @Test
    void anAddressMayGuessSoOften() {
        Guesses guesses = new Guesses(1, 1_000);

        exhaust(guesses, "192.0.2.1");

        assertThatCode(() -> guesses.take("192.0.2.2")).doesNotThrowAnyException();
    }

    @Test
    void allAddressesTogetherMayGuessSoOften() {
        Guesses guesses = new Guesses(1_000, 1);

        exhaust(guesses, "192.0.2.1");

        assertThatThrownBy(() -> guesses.take("192.0.2.2")).isInstanceOf(ApiException.class);
    }
}
