package dev.sandlot.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrangerTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,192.0.2.1",
        "2001:db8:1:2:3:4:5:6,20010db800010002::/64",
        "2001:db8:1:2::9,20010db800010002::/64",
        "::ffff:192.0.2.1,192.0.2.1",
        "::1,0000000000000000::/64",
        "fe80::1%nothing,fe80::1%nothing",
        "_hidden:7,_hidden:7",
        "unknown,unknown",
    })
    void whoSharesANetworkIsOne(String address, String network) {
        assertThat(Stranger.at(address).network()).isEqualTo(network);
    }

    @Test
    void whateverAProxySaysIsShort() {
        assertThat(Stranger.at("x".repeat(10_000)).network()).hasSize(64);
    }

    /** A token's subject has no control characters. */
    @Test
    void noCallerIsCalledSo() {
        assertThat(Stranger.at("alice").getName()).isNotEqualTo("alice").startsWith("\0");
    }
}
