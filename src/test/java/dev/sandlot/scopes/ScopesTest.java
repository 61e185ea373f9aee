package dev.sandlot.scopes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.Caller;
import dev.sandlot.database.MemoryDatabase;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopesTest {
    private final MemoryDatabase database = MemoryDatabase.open();
    private final Scopes scopes = SampleScopes.on(database.jdbi());

    @AfterEach
    void close() {
        database.close();
    }

    private static Caller member(String... workspaces) {
        return new Caller("tester", Set.of(), Set.of(workspaces));
    }

    private void use(String org, String workspace) {
        database.jdbi()
                .useHandle(handle ->
                        handle.execute("insert into workspaces (org, workspace) values (?, ?)", org, workspace));
    }

    @Test
    void whoIsAMemberOfOneOrganizationIsToldOfOne() {
        use("other", "main");

        assertThat(scopes.organizations(member("acme/main", "acme/dev"))).containsExactly("acme");
        assertThat(scopes.organizations(member("acme/*"))).containsExactly("acme");
        assertThat(scopes.workspaces(member("acme/dev", "acme/b", "other/main"), "acme"))
                .containsExactly("b", "dev");
    }

    @Test
    void whereAllAreAllowedThoseInUseAreTold() {
        use("acme", "used");
        use("zeta", "main");

        assertThat(scopes.workspaces(member("acme/*"), "acme")).containsExactly("main", "used");
        assertThat(scopes.organizations(member("*/*", "beta/x"))).containsExactly("acme", "beta", "zeta");
        assertThat(scopes.workspaces(member("*/*"), "zeta")).containsExactly("main");
    }

    @Test
    void thereIsAlwaysOne() {
        assertThat(scopes.organizations(member("*/*"))).containsExactly("main");
        assertThat(scopes.workspaces(member("acme/*"), "acme")).containsExactly("main");
        assertThat(scopes.organizations(member("nonsense", "a b/c", "/"))).isEmpty();
    }

    @Test
    void theUsualWorkspaceIsTheConfiguredOneOrTheFirst() {
        assertThat(scopes.usual(scopes.workspaces(member("acme/a", "acme/main"), "acme")))
                .isEqualTo("main");
        assertThat(scopes.usual(scopes.workspaces(member("acme/b", "acme/a"), "acme")))
                .isEqualTo("a");
    }
}
