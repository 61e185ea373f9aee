package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderKeysTest {
    @TempDir
    private Path folder;

    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private Path file;
    private ProviderKeys keys;

    @BeforeEach
    void begin() {
        file = folder.resolve("key.pem");
        keys = new ProviderKeys(file.toUri().toString(), clock);
    }

    private void write() throws Exception {
        Files.writeString(
                file,
                PublicKeys.toPem(
                        KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic()));
    }

    @Test
    void aKeyThatIsNotThereIsTakenOnceItComes() throws Exception {
        assertThatThrownBy(keys::require).isInstanceOf(IOException.class).hasMessageContaining("can't be read");
        write();

        clock.advance(Duration.ofSeconds(10));

        assertThat(keys.require()).isNotNull();
    }

    @Test
    void tokensDoNotMakeItLookEachTime() throws Exception {
        assertThatThrownBy(keys::require).isInstanceOf(IOException.class);
        write();

        clock.advance(Duration.ofSeconds(9));

        assertThatThrownBy(keys::require).isInstanceOf(IOException.class);
    }

    @Test
    void aKeyThatWasReadIsKeptWhileItIsAway() throws Exception {
        write();
        VerificationKeyResolver read = keys.require();
        Files.delete(file);

        clock.advance(Duration.ofMinutes(6));

        assertThat(keys.require()).isSameAs(read);
    }

    @Test
    void anotherKeyIsTakenLater() throws Exception {
        write();
        VerificationKeyResolver read = keys.require();
        write();

        clock.advance(Duration.ofMinutes(6));

        assertThat(keys.require()).isNotSameAs(read);
    }

    @Test
    void anEmptyKeySetIsNone() throws Exception {
        Files.writeString(file, "{\"keys\":[]}");

        assertThatThrownBy(keys::require).isInstanceOf(IOException.class);
    }
}
