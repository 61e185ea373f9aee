package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.settings.GivenSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConfigTest {
    private static ImageConfig read(String name, String value) {
        return new ImageConfig(GivenSettings.of(name, value));
    }

    @Test
    void defaultsAreTenGibibytesForAnImageAndFortyForAll() {
        ImageConfig config = new ImageConfig(GivenSettings.none());

        assertThat(config.folder()).isEqualTo(Path.of("/data/images"));
        assertThat(config.mirrors()).isEmpty();
        assertThat(config.credentials()).isEmpty();
        assertThat(config.imageLimit()).isEqualTo(10L << 30);
        assertThat(config.cacheLimit()).isEqualTo(40L << 30);
        assertThat(config.pullTimeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void theLeastIsTaken() {
        assertThat(read("sandlot.image.limit.mib", "1").imageLimit()).isEqualTo(1 << 20);
        assertThat(read("sandlot.image.cache.mib", "10240").cacheLimit()).isEqualTo(10L << 30);
        assertThat(read("sandlot.image.pull.seconds", "1").pullTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(read("sandlot.registry.credentials", "/c.json").credentials())
                .contains(Path.of("/c.json"));
    }

    @Test
    void mirrorsAreReadByTheirRegistries() {
        assertThat(read("sandlot.registry.mirrors", "docker.io= mirror.example:5000,ghcr.io=other.example")
                        .mirrors())
                .isEqualTo(
                        Map.of(ImageRef.registryNamed("docker.io"), "mirror.example:5000", "ghcr.io", "other.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "sandlot.image.limit.mib, 0, 'SANDLOT_IMAGE_LIMIT_MIB must be 1 to 1073741824 MiB, but is 0'",
        "sandlot.image.cache.mib, 10239, SANDLOT_IMAGE_LIMIT_MIB must be at most SANDLOT_IMAGE_CACHE_MIB",
        "sandlot.image.pull.seconds, 0, 'SANDLOT_IMAGE_PULL_SECONDS must be 1 to 86400 seconds, but is 0'",
        "sandlot.registry.mirrors, docker.io, 'SANDLOT_REGISTRY_MIRRORS must be registry=mirror,…, but has docker.io'",
        "sandlot.registry.mirrors, docker.io=, 'SANDLOT_REGISTRY_MIRRORS must be registry=mirror,…, but has docker.io='",
        "sandlot.registry.mirrors, =m, 'SANDLOT_REGISTRY_MIRRORS must be registry=mirror,…, but has =m'",
    })
    void aBadValueIsRefusedWithASentence(String name, String value, String sentence) {
        assertThatThrownBy(() -> read(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:5000", "127.0.0.1", "127.8.9.1:443", "[::1]:5000", "[::1]"})
    void whatNeverLeavesThisHostMayBePlain(String server) {
        assertThat(ImageConfig.mayBePlain(server)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"registry.example", "10.0.0.1:5000", "127.0.0.1.example", "localhost.example", "[fe80::1]", "[x]"
            })
    void whatElseMayNot(String server) {
        assertThat(ImageConfig.mayBePlain(server)).isFalse();
    }
}
