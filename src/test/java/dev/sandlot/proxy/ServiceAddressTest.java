package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAddressTest {
    private static final String ID = "0190a000-0000-7000-8000-0000000000e1";

    @ParameterizedTest
    @CsvSource({
        "'', '', /",
        "/, '', /",
        "/a/b;c, '', /a/b;c",
        "/%2e%2e/x, '', /%2e%2e/x",
        "/a, q=1&q=/_services/, /a?q=1&q=/_services/",
        "'', q, /?q",
    })
    void whatComesAfterTheServicesNameIsAskedForAsItIs(String rest, String query, String target) {
        assertThat(ServiceAddress.parse("/_services/" + ID + "/web" + rest, query))
                .contains(new ServiceAddress(UUID.fromString(ID), "web", target));
    }

    @Test
    void theServiceKnowsNothingOfWhatComesBefore() {
        assertThat(ServiceAddress.parse("/_services/" + ID + "/web/a", "")
                        .orElseThrow()
                        .prefix())
                .isEqualTo("/_services/" + ID + "/web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_services/",
                "/_services/" + ID,
                "/_services/" + ID + "/",
                "/_services/" + ID + "/we;b/a",
                "/_services/0190A000-0000-7000-8000-0000000000E1/web",
                "/_services/0190a000000070008000000000000e1/web",
                "/x/_services/" + ID + "/web",
                "/_services//" + ID + "/web",
            })
    void anythingElseNamesNone(String path) {
        assertThat(ServiceAddress.parse(path, "")).isEmpty();
    }
}
