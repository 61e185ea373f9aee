package dev.sandlot.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.task.TaskNetwork.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "pypi.org, pypi.org, 32, 1, 65535",
        "pypi.org:443, pypi.org, 32, 443, 443",
        "10.1.0.0/16:5000-5100, 10.1.0.0, 16, 5000, 5100",
        "0.0.0.0/0, 0.0.0.0, 0, 1, 65535",
        "203.0.113.7:53, 203.0.113.7, 32, 53, 53"
    })
    void destinationsAreRead(String text, String host, int length, int first, int last) {
        assertThat(Target.parse(text)).contains(new Target(host, length, first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":443",
                "a b",
                "host:0",
                "host:65536",
                "host:90-80",
                "host/24",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4/33",
                "1.2.3.4.5",
                "a..b",
                "-a.example",
                "a.example; flush ruleset",
                "1.2.3.4 accept",
                "::1",
                "*"
            })
    void whatIsNoDestinationIsRefused(String text) {
        assertThat(Target.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "2001:db8::1",
                "2001:DB8:0:0:8:800:200C:417A",
                "2001:db8::/32",
                "::/0",
                "::ffff:203.0.113.7",
                "fe80::1%eth0",
                "[2001:db8::1]",
                "[2001:db8::1]:443",
                "[2001:db8::1]:5000-5010",
                "[2001:db8::]/32:443",
                "[2001:db8::/32]:443"
            })
    void anAddressOfVersion6IsKnownForOne(String text) {
        assertThat(Target.parse(text)).isEmpty();
        assertThat(Target.isVersion6(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "pypi.org:443:80", "host:0", "1.2.3.4:x", "", ":443", "http://[::1]/"})
    void whatIsNoDestinationAtAllIsNoneOfVersion6(String text) {
        assertThat(Target.isVersion6(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "10.0.0.0/8, true",
        "8.0.0.0/6, false",
        "0.0.0.0/0, false",
        "169.254.169.254, true",
        "127.0.0.1, true",
        "172.32.0.1, false",
        "239.1.2.3, true",
        "8.8.8.8, false",
        "localhost, false"
    })
    void rangesThatAreNotThePublicsAreKnown(String text, boolean special) {
        assertThat(Target.parse(text).orElseThrow().isSpecial()).isEqualTo(special);
    }
}
