package dev.sandlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {
    @ParameterizedTest
    @ValueSource(strings = {"*", "0.0.0.0", "::"})
    void aServerOnAllAddressesIsReachedWhateverTheHostIsCalled(String host) {
        InetSocketAddress address = Listening.reached(host, 9080);

        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(address.getPort()).isEqualTo(9080);
    }

    @Test
    void aServerOnOneAddressIsReachedThere() {
        assertThat(Listening.reached("192.0.2.7", 9080)).isEqualTo(new InetSocketAddress("192.0.2.7", 9080));
    }
}
