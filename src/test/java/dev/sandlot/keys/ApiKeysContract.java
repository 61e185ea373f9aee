package dev.sandlot.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import dev.sandlot.auth.Caller;
import dev.sandlot.database.TestDatabase;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What keys are on every database: told once, never more than their makers, and at an end when they are. */
abstract class ApiKeysContract {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PER_CALLER = 3;

    private final MutableClock clock = new MutableClock(NOW);
    private final Caller maker =
            new Caller("maker " + UUID.randomUUID(), Set.of("environments:read", "other"), Set.of("acme/main"));

    abstract TestDatabase database();

    private ApiKeys keys() {
        return keys(1000);
    }

    private ApiKeys keys(int perServer) {
        KeyConfig config = new KeyConfig(Duration.ofDays(30), PER_CALLER, perServer);
        return new ApiKeys(new ApiKeyRepository(() -> database().jdbi()), config, clock);
    }

    private static WantedKey wanted(Caller maker) {
        return new WantedKey("laptop", Grant.of(maker), true, Optional.empty());
    }

    private static void isRefused(ApiKeys keys, String secret, ErrorType type) {
        assertThatThrownBy(() -> keys.require(secret)).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.type()).isEqualTo(type);
            assertThat(refused.headers()).containsKey("WWW-Authenticate");
            assertThat(refused.getMessage()).doesNotContain("dn_key_");
        });
    }

    @Test
    void whoComesWithAKeyIsItsMakerWithTheRolesThatThereAre() {
        ApiKeys keys = keys();
        ApiKeys.Made made = keys.make(maker, wanted(maker));

        for (ApiKeys one : List.of(keys, keys())) {
            Caller caller = one.require(made.secret().text());
            assertThat(caller.subject()).isEqualTo(maker.subject());
            assertThat(caller.roles()).containsExactly("environments:read");
            assertThat(caller.workspaces()).isEqualTo(maker.workspaces());
            assertThat(caller.key()).contains(made.key().id());
        }
        assertThat(made.toString()).doesNotContain(made.secret().text());
    }

    @Test
    void theSecretIsNowhereInTheDatabase() {
        ApiKeys.Made made = keys().make(maker, wanted(maker));

        List<String> rows = database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("select * from api_keys")
                        .mapToMap()
                        .map(Object::toString)
                        .list());
        assertThat(rows)
                .isNotEmpty()
                .noneMatch(row -> row.contains(made.secret().text()))
                .anyMatch(row -> row.contains(made.secret().hash()));
    }

    @Test
    void whatNobodyHasIsNoKey() {
        ApiKeys keys = keys();
        String secret = keys.make(maker, wanted(maker)).secret().text();

        for (String other : List.of("", "dn_key_", secret + "A", secret.substring(7), "dn_key_" + "A".repeat(43))) {
            isRefused(keys, other, ErrorType.AUTHENTICATION);
        }
    }

    @Test
    void aKeyHasItsTime() {
        ApiKeys keys = keys();
        WantedKey brief = new WantedKey("brief", Grant.of(maker), false, Optional.of(NOW.plusSeconds(10)));
        String secret = keys.make(maker, brief).secret().text();
        WantedKey endless =
                new WantedKey("endless", Grant.of(maker), false, Optional.of(NOW.plus(Duration.ofDays(999))));

        assertThat(keys.make(maker, endless).key().term().expiresAt()).isEqualTo(NOW.plus(Duration.ofDays(30)));
        clock.advance(Duration.ofSeconds(10));

        isRefused(keys, secret, ErrorType.EXPIRED_TOKEN);
        isRefused(keys(), secret, ErrorType.EXPIRED_TOKEN);
        assertThat(keys.list(maker)).hasSize(1);
    }

    @Test
    void aRevokedKeyIsNoneAtOnceAndAfterARestart() {
        ApiKeys keys = keys();
        ApiKeys.Made made = keys.make(maker, wanted(maker));

        keys.revoke(maker, made.key().id());
        keys.revoke(maker, made.key().id());

        isRefused(keys, made.secret().text(), ErrorType.EXPIRED_TOKEN);
        isRefused(keys(), made.secret().text(), ErrorType.EXPIRED_TOKEN);
        assertThat(keys.list(maker)).isEmpty();
    }

    @Test
    void nobodyRevokesAnothersKeyButTheOperator() {
        ApiKeys keys = keys();
        ApiKeys.Made made = keys.make(maker, wanted(maker));
        UUID id = made.key().id();

        for (Caller other : List.of(
                new Caller("other", Set.of("admin"), Set.of("acme/main")),
                new Caller("other", Set.of("environments:write"), Set.of("*/*")))) {
            assertThatThrownBy(() -> keys.revoke(other, id)).hasMessage("There is no such key");
            assertThatThrownBy(() -> keys.rotate(other, id)).hasMessage("There is no such key");
        }
        assertThat(keys.require(made.secret().text())).isNotNull();
        keys.revoke(new Caller("operator", Set.of("admin"), Set.of("*/*")), id);
        isRefused(keys, made.secret().text(), ErrorType.EXPIRED_TOKEN);
    }

    @Test
    void aKeyRevokesItselfWhereItMay() {
        ApiKeys keys = keys();
        String may = keys.make(maker, wanted(maker)).secret().text();
        String mayNot = keys.make(maker, new WantedKey("firm", Grant.of(maker), false, Optional.empty()))
                .secret()
                .text();

        keys.revokeSelf(keys.require(may));

        isRefused(keys, may, ErrorType.EXPIRED_TOKEN);
        assertThatThrownBy(() -> keys.revokeSelf(keys.require(mayNot))).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> keys.revokeSelf(maker)).hasMessage("There is no such key");
        assertThat(keys.require(mayNot)).isNotNull();
    }

    @Test
    void aRotatedKeyHasNoMoreThanItsMakerHasNow() {
        ApiKeys keys = keys();
        Caller before = new Caller(maker.subject(), Set.of("admin"), Set.of("acme/*", "other/main"));
        ApiKeys.Made old = keys.make(before, wanted(before));
        Caller after = new Caller(maker.subject(), Set.of("environments:read"), Set.of("acme/main", "other/main"));

        ApiKeys.Made made = keys.rotate(after, old.key().id());

        isRefused(keys, old.secret().text(), ErrorType.EXPIRED_TOKEN);
        Caller caller = keys.require(made.secret().text());
        assertThat(caller.roles()).isEmpty();
        assertThat(caller.workspaces()).containsExactly("other/main");
        assertThat(keys.list(maker)).hasSize(1);
    }

    @Test
    void aCallerAndAServerHaveSoManyAndNoMore() {
        ApiKeys keys = keys();
        for (int i = 0; i < PER_CALLER; i++) {
            keys.make(maker, wanted(maker));
        }

        assertThatThrownBy(() -> keys.make(maker, wanted(maker)))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.type()).isEqualTo(ErrorType.CONFLICT));
        Caller other = new Caller("other " + UUID.randomUUID(), maker.roles(), maker.workspaces());
        assertThatThrownBy(() -> keys(1).make(other, wanted(other))).hasMessageContaining("server");
        assertThat(keys.make(other, wanted(other))).isNotNull();
    }

    @Test
    void endedKeysDoNotPileUp() {
        ApiKeys keys = keys();
        ApiKeys.Made first = keys.make(maker, wanted(maker));
        keys.revoke(maker, first.key().id());
        for (int i = 0; i < 30; i++) {
            clock.advance(Duration.ofSeconds(1));
            keys.revoke(maker, keys.make(maker, wanted(maker)).key().id());
        }

        isRefused(keys, first.secret().text(), ErrorType.AUTHENTICATION);
        isRefused(keys(), first.secret().text(), ErrorType.AUTHENTICATION);
        clock.advance(Duration.ofDays(8));
        keys.sweep();
        assertThat(rows()).isZero();
    }

    private int rows() {
        return database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("select count(*) from api_keys where subject = :subject")
                        .bind("subject", maker.subject())
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void whenAKeyWasUsedIsWrittenDownLater() {
        ApiKeys keys = keys();
        String secret = keys.make(maker, wanted(maker)).secret().text();
        assertThat(keys.list(maker).get(0).lastUsed()).isNull();

        keys.require(secret);
        assertThat(keys().list(maker).get(0).lastUsed()).isNull();
        keys.sweep();
        clock.advance(Duration.ofSeconds(59));
        keys.require(secret);
        keys.sweep();

        assertThat(keys().list(maker).get(0).lastUsed()).isEqualTo(NOW);
        clock.advance(Duration.ofSeconds(2));
        keys.require(secret);
        keys.sweep();
        assertThat(keys().list(maker).get(0).lastUsed()).isEqualTo(NOW.plusSeconds(61));
    }
}
