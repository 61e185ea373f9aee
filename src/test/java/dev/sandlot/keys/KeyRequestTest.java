package dev.sandlot.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.database.MemoryDatabase;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Fault;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.scopes.SampleScopes;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key may be asked for: never more than its maker has. */
class KeyRequestTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MemoryDatabase database = MemoryDatabase.open();

    @AfterEach
    void close() {
        database.close();
    }

    private WantedKey read(Caller maker, String body) {
        Faults faults = new Faults();
        return new KeyRequest(maker, SampleScopes.on(database.jdbi()), JsonBody.stored(body, faults), faults).read(NOW);
    }

    private static Caller maker(Set<String> roles, String... workspaces) {
        return new Caller("maker", roles, Set.of(workspaces));
    }

    private static final Set<String> ROLES = Set.of("environments:read", "tasks:read", "unknown");

    @Test
    void withoutMoreItHasWhatItsMakerHas() {
        WantedKey wanted = read(maker(ROLES, "acme/main", "beta/*", "no grant"), "{\"name\":\"laptop\"}");

        assertThat(wanted.name()).isEqualTo("laptop");
        assertThat(wanted.selfRevoke()).isFalse();
        assertThat(wanted.expiresAt()).isEmpty();
        assertThat(wanted.grant())
                .isEqualTo(new Grant(Set.of("environments:read", "tasks:read"), Set.of("acme/main", "beta/*")));
    }

    @Test
    void rolesCanBeFewer() {
        String body = "{\"name\":\"a\",\"allowed_scopes\":[\"environments:read\"],\"allow_self_revoke\":true}";

        assertThat(read(maker(ROLES, "acme/main"), body).grant().roles()).containsExactly("environments:read");
        assertThat(read(maker(Set.of("admin"), "acme/main"), body).selfRevoke()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"environments:execute", "admin", "tasks:publish-public"})
    void rolesThatItsMakerDoesNotHaveAreRefused(String role) {
        isForbidden(maker(ROLES, "acme/main"), "{\"name\":\"a\",\"allowed_scopes\":[\"tasks:read\",\"" + role + "\"]}");
    }

    private void isForbidden(Caller maker, String body) {
        assertThatThrownBy(() -> read(maker, body))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.type()).isEqualTo(ErrorType.FORBIDDEN));
    }

    @ParameterizedTest
    @CsvSource({
        "acme/main,acme,,acme/main",
        "acme/*,acme,,acme/*",
        "acme/*,acme,x,acme/x",
        "*/*,acme,,acme/*",
        "*/*,acme,x,acme/x",
        "acme/main,acme,other,",
        "acme/main,beta,,",
        "acme/*,beta,,",
        "acme/*,beta,main,",
        "acme-two/*,acme,,",
    })
    void workspacesCanBeFewerAndNeverMore(String grant, String org, String workspace, String expected) {
        String below = workspace == null ? "" : ",\"workspace_id\":\"" + workspace + "\"";
        String body = "{\"name\":\"a\",\"org_id\":\"" + org + "\"" + below + "}";
        Caller maker = maker(ROLES, grant);

        if (expected == null) {
            isForbidden(maker, body);
        } else {
            assertThat(read(maker, body).grant().workspaces()).containsExactly(expected);
        }
    }

    @Test
    void aNarrowedKeyIsNoOperators() {
        Caller operator = maker(Set.of("admin"), "*/*");

        assertThat(read(operator, "{\"name\":\"a\"}").grant().roles()).containsExactly("admin");
        for (String body : List.of(
                "{\"name\":\"a\",\"org_id\":\"acme\"}",
                "{\"name\":\"a\",\"org_id\":\"acme\",\"workspace_id\":\"main\"}")) {
            assertThat(read(operator, body).grant().roles())
                    .containsExactlyInAnyOrder(
                            "environments:read",
                            "environments:write",
                            "environments:execute",
                            "tasks:read",
                            "tasks:write",
                            "tasks:publish-public");
        }
        assertThatThrownBy(() -> read(operator, "{\"name\":\"a\",\"org_id\":\"acme\",\"allowed_scopes\":[\"admin\"]}"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.faults())
                                .extracting(Fault::loc)
                                .containsExactly(List.of("body", "allowed_scopes", 0)));
    }

    @Test
    void scopesCanBeNamedByTheIdsThatAreTold() {
        String body = "{\"name\":\"a\",\"org_id\":\"" + WorkspaceId.orgId("acme") + "\",\"workspace_id\":\""
                + new WorkspaceId("acme", "main").id() + "\"}";

        assertThat(read(maker(ROLES, "acme/*"), body).grant().workspaces()).containsExactly("acme/main");
        isForbidden(maker(ROLES, "beta/*"), body);
    }

    @Test
    void whatIsWrongIsToldAtOnce() {
        String body = "{\"allow_self_revoke\":1,\"expires_at\":\"tomorrow\",\"allowed_scopes\":[\"root\"],"
                + "\"workspace_id\":\"main\"}";

        assertThatThrownBy(() -> read(maker(ROLES, "acme/main"), body))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.faults())
                                .extracting(Fault::loc)
                                .extracting(loc -> loc.get(1).toString())
                                .containsExactlyInAnyOrder(
                                        "name", "allow_self_revoke", "expires_at", "allowed_scopes", "org_id"));
        assertThatThrownBy(() -> read(maker(ROLES, "acme/main"), "{\"name\":\"a\",\"allowed_scopes\":[]}"))
                .hasMessageContaining("allowed_scopes");
        assertThatThrownBy(() ->
                        read(maker(ROLES, "acme/main"), "{\"name\":\"a\",\"expires_at\":\"2025-12-31T00:00:00Z\"}"))
                .hasMessageContaining("in the future");
    }
}
