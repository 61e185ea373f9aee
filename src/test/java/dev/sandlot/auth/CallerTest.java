package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {
    @ParameterizedTest
    @CsvSource({"a/x,true", "a/*,true", "*/*,true", "a/y,false", "b/*,false", "a,false", "*,false"})
    void aGrantCoversItsWorkspaces(String grant, boolean covers) {
        Caller caller = new Caller("me", Set.of(), Set.of(grant));

        if (covers) {
            assertThatCode(() -> caller.requireMember(new WorkspaceId("a", "x")))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> caller.requireMember(new WorkspaceId("a", "x")))
                    .isInstanceOf(ApiException.class);
        }
    }

    @Test
    void anAdminHasEveryRole() {
        assertThat(new Caller("me", Set.of(Role.ADMIN), Set.of()).hasRole(Role.TASKS_WRITE))
                .isTrue();
        assertThat(new Caller("me", Set.of(Role.TASKS_READ), Set.of()).hasRole(Role.TASKS_WRITE))
                .isFalse();
    }
}
