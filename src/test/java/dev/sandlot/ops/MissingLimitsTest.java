package dev.sandlot.ops;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandlot.sandbox.Guarantees;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingLimitsTest {
    private static final Guarantees NONE =
            new Guarantees(Map.of("sandbox", true, "memory", false, "pids", false, "cpu", false), Map.of());
    private static final Guarantees ALL = new Guarantees(Map.of("memory", true, "pids", true, "cpu", false), Map.of());

    @Test
    void strangersOnAHostWithoutLimitsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MissingLimits.requireBearable(NONE, 2, false))
                .withMessage("This host does not hold limits (memory, pids), and 2 organizations have published tasks:"
                        + " one of them could take all of it from the others. Allow the server control groups, or set"
                        + " SANDLOT_ACCEPT_MISSING_LIMITS=true");
    }

    @Test
    void whoeverIsAloneOrSaysSoMay() {
        MissingLimits.requireBearable(NONE, 1, false);
        MissingLimits.requireBearable(NONE, 9, true);
        MissingLimits.requireBearable(ALL, 9, false);
    }
}
