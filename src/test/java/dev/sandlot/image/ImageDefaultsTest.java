package dev.sandlot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDefaultsTest {
    private static ImageDefaults parse(String config) throws ImageException {
        return ImageDefaults.parse(("{'config':{" + config + "}}").replace('\'', '"'));
    }

    @Test
    void whatAnImageSaysIsRead() throws ImageException {
        ImageDefaults image = parse(
                "'User':'app:1000','WorkingDir':'/srv','Env':['A=b=c','none','=x'],'Entrypoint':['run'],'Cmd':['-v']");

        assertThat(image.user()).contains("app:1000");
        assertThat(image.workdir()).contains("/srv");
        assertThat(image.env()).hasSize(1).containsEntry("A", "b=c");
        assertThat(image.start()).containsExactly("run", "-v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'User':''", "'User':null", "'A':1"})
    void withoutAUserItIsRoot(String config) throws ImageException {
        assertThat(parse(config).user()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'-1'",
                "'4294967295'",
                "'root:-1'",
                "'65536'",
                "'nobody:x\\n[forged]'",
                "'app\\u0000'",
                "1000",
                "['root']"
            })
    void aUserThatIsNoneFailsTheImage(String user) {
        assertThatThrownBy(() -> parse("'User':" + user))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("The image's user must be ")
                .hasMessageNotContaining("forged");
    }

    static Stream<String> whatIsTooMuchFailsTheImage() {
        String many = IntStream.range(0, 65)
                .mapToObj(i -> "'V" + i + "=x'")
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
        return Stream.of(
                "'Env':[" + many + "]",
                "'Env':['A=" + "x".repeat(65_536) + "']",
                "'Cmd':['" + "x".repeat(16_384) + "']",
                "'A':" + "[".repeat(5_000) + "]".repeat(5_000),
                "'A':" + "9".repeat(2_000));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsTooMuchFailsTheImage(String config) {
        assertThatThrownBy(() -> parse(config)).isInstanceOf(ImageException.class);
    }
}
