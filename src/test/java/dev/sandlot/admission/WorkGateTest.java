package dev.sandlot.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkGateTest {
    private final MemoryDatabase database = MemoryDatabase.open();
    private final Jdbi jdbi = database.jdbi();
    private final WorkGate gate = new WorkGate(jdbi);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aNewServerTakesAll() {
        assertThat(gate.mode()).isEqualTo(Mode.OPEN);
        assertThatCode(gate::requireOpen).doesNotThrowAnyException();
        assertThatCode(gate::requireChanges).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theModeOutlivesTheServer(Mode mode) {
        gate.set(Mode.READ_ONLY);
        gate.set(mode);

        assertThat(gate.mode()).isEqualTo(mode);
        assertThat(new WorkGate(jdbi).mode()).isEqualTo(mode);
        assertThat(Mode.parse(mode.word())).contains(mode);
    }

    @Test
    void aServerThatIsDrainedBeginsNothing() {
        gate.set(Mode.DRAIN);

        isRefused(gate::requireOpen);
        assertThatCode(gate::requireChanges).doesNotThrowAnyException();
    }

    @Test
    void aServerThatIsReadOnlyChangesNothing() {
        gate.set(Mode.READ_ONLY);

        isRefused(gate::requireOpen);
        isRefused(gate::requireChanges);
    }

    private static void isRefused(Runnable work) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.type()).isEqualTo(ErrorType.RATE_LIMITED);
            assertThat(refused.headers()).containsKey("Retry-After");
        });
    }
}
