package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.Faults;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceIdTest {
    private static int faults(String org, String workspace) {
        Faults faults = new Faults();
        new WorkspaceId(org, workspace).check(faults);
        return faults.all().size();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "acme-2", "a--b-"})
    void aSlugIsAName(String name) {
        assertThat(faults(name, name)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "A", "a_b", "a/b", "*", "ä", "a b", "a\n"})
    void anythingElseIsNone(String name) {
        assertThat(faults(name, "main")).isOne();
        assertThat(faults("acme", name)).isOne();
        assertThat(faults(name, name)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64})
    void itHasSixtyThreeCharactersAtMost(int length) {
        assertThat(faults("a".repeat(length), "main")).isEqualTo(length - 63);
    }
}
