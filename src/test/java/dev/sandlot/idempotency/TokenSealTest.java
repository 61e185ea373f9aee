package dev.sandlot.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sandlot.auth.ExecuteToken;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TokenSealTest {
    private final ExecuteToken token = ExecuteToken.create();
    private final UUID environment = UUID.randomUUID();
    private final IdempotencyKey key = new IdempotencyKey("acme/main", "the key", "hash");
    private final String sealed = TokenSeal.seal(token, environment, key);

    @Test
    void opensForTheSameKeyAndEnvironment() {
        assertThat(TokenSeal.open(sealed, environment, key)).isEqualTo(token);
    }

    @Test
    void showsNothingAndNeverTheSameTwice() {
        assertThat(sealed).doesNotContain(token.text()).isNotEqualTo(TokenSeal.seal(token, environment, key));
    }

    @Test
    void staysShutForAnotherKey() {
        IdempotencyKey other = new IdempotencyKey("acme/main", "The key", "hash");

        assertThatIllegalArgumentException().isThrownBy(() -> TokenSeal.open(sealed, environment, other));
    }

    @Test
    void staysShutForAnotherEnvironment() {
        assertThatIllegalArgumentException().isThrownBy(() -> TokenSeal.open(sealed, UUID.randomUUID(), key));
    }
}
