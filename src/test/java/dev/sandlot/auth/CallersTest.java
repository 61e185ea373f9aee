package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallersTest {
    private final Callers callers = new Callers("workspaces", key -> {
        throw new AssertionError("no key is sent");
    });

    private record Token(@Nullable String getName, Set<String> getGroups) implements JsonWebToken {
        @Override
        public Set<String> getClaimNames() {
            return Set.of();
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> @Nullable T getClaim(String name) {
            return null;
        }
    }

    /** Tells its subject as often as is asked for, and how often that was. */
    private static final class CountedToken implements JsonWebToken {
        private final String raw;
        private final String subject;
        private int asked;

        CountedToken(String raw, String subject) {
            this.raw = raw;
            this.subject = subject;
        }

        @Override
        public String getName() {
            asked++;
            return subject;
        }

        @Override
        public String getRawToken() {
            return raw;
        }

        @Override
        public Set<String> getGroups() {
            return Set.of();
        }

        @Override
        public Set<String> getClaimNames() {
            return Set.of();
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        public <T> @Nullable T getClaim(String name) {
            return null;
        }
    }

    @Test
    void theSameTokenIsReadOnce() {
        CountedToken first = new CountedToken("a.b.c", "ann");
        CountedToken again = new CountedToken("a.b.c", "ann");

        Caller caller = callers.of(first);

        assertThat(callers.of(again)).isSameAs(caller);
        assertThat(first.asked).isOne();
        assertThat(again.asked).isZero();
    }

    @Test
    void anotherTokenIsAnotherCaller() {
        callers.of(new CountedToken("a.b.c", "ann"));

        assertThat(callers.of(new CountedToken("a.b.d", "bob")).subject()).isEqualTo("bob");
    }

    @Test
    void aRefusedTokenIsReadAgain() {
        CountedToken refused = new CountedToken("a.b.c", "");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> callers.of(refused)).isInstanceOf(ApiException.class);
        }

        assertThat(refused.asked).isEqualTo(2);
    }

    static Iterable<String> unfit() {
        return Set.of("", "x".repeat(1025), "a\u0000b", "a\nb", "a\u007f", "a\u009b1m", "a\ud800b");
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void aSubjectThatCannotBeWrittenDownIsNoCaller(String subject) {
        assertThatThrownBy(() -> callers.of(new Token(subject, Set.of())))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.type()).isEqualTo(ErrorType.AUTHENTICATION);
                    assertThat(refused.headers()).containsKey("WWW-Authenticate");
                    assertThat(refused.getMessage()).contains("subject");
                });
    }

    @Test
    void oneWithoutASubjectIsNoCaller() {
        assertThatThrownBy(() -> callers.of(new Token(null, Set.of()))).isInstanceOf(ApiException.class);
    }

    @Test
    void anyOtherTextIsASubject() {
        String subject = "grüße \ud83d\ude00".repeat(10) + "x".repeat(900);

        assertThat(callers.of(new Token(subject, Set.of("admin"))).subject()).isEqualTo(subject);
    }

    private static Caller find(Map<String, String> headers) {
        return new Callers("workspaces", key -> new Caller(key, Set.of(), Set.of()))
                .find(null, headers::get)
                .orElse(new Caller("nobody", Set.of(), Set.of()));
    }

    @Test
    void aKeyCountsWhereThereIsNoAuthorizationHeader() {
        assertThat(find(Map.of("X-API-Key", "k")).subject()).isEqualTo("k");
        assertThat(find(Map.of("X-API-Key", "k", "Authorization", "Bearer x")).subject())
                .isEqualTo("nobody");
        assertThat(find(Map.of()).subject()).isEqualTo("nobody");
    }

    @Test
    void whoseTokenWasVerifiedNeedsNoHeader() {
        Callers asked = new Callers("workspaces", key -> fail("no key is looked for"));

        assertThat(asked.find(new Token("tester", Set.of()), name -> fail("no header is looked at")))
                .isPresent();
    }
}
