package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandlot.environment.Environment.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransitionTest {
    private static final Instant NOW = Instant.EPOCH;

    @Test
    void aStepThatTheStatesDoNotAllowCanNotBeMade() {
        for (EnvironmentState from : EnvironmentState.values()) {
            for (EnvironmentState to : EnvironmentState.values()) {
                Status status = to.isTerminal() ? new Status(to, NOW, null) : Status.of(to);
                if (from.next().contains(to)) {
                    assertThat(new Transition(Set.of(from), status, Optional.empty()).from())
                            .containsExactly(from);
                } else {
                    assertThatIllegalArgumentException()
                            .as(from + " to " + to)
                            .isThrownBy(() -> new Transition(Set.of(from), status, Optional.empty()));
                }
            }
        }
    }

    @Test
    void anEndHasItsTimeAndAFailureItsReason() {
        assertThat(Transition.tornDown(NOW).status()).isEqualTo(new Status(EnvironmentState.TORN_DOWN, NOW, null));
        assertThat(Transition.failed(NOW, "a\u0000b").status())
                .isEqualTo(new Status(EnvironmentState.FAILED, NOW, "ab"));
        assertThat(String.valueOf(
                        Transition.failed(NOW, "x".repeat(2000)).status().error()))
                .hasSize(1000);
        Set<EnvironmentState> living = EnvironmentState.LIVING;
        Status endless = Status.of(EnvironmentState.FAILED);
        assertThatIllegalArgumentException().isThrownBy(() -> new Transition(living, endless, Optional.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Status(EnvironmentState.READY, NOW, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Status(EnvironmentState.TORN_DOWN, NOW, "why"));
    }

    @Test
    void whatLivesAndWhatHasEndedIsAll() {
        assertThat(EnvironmentState.LIVING)
                .containsExactlyInAnyOrder(
                        EnvironmentState.BUILDING,
                        EnvironmentState.PROVISIONING,
                        EnvironmentState.READY,
                        EnvironmentState.PAUSED);
        assertThat(EnvironmentState.ENDED)
                .containsExactlyInAnyOrder(EnvironmentState.TORN_DOWN, EnvironmentState.FAILED);
    }
}
