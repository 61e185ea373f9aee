package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxNetwork.Destination;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EgressFilterTest {
    private static final String END = " meta l4proto { tcp, udp } th dport ";

    private static SandboxNetwork network(boolean resolves) {
        return new SandboxNetwork(
                List.of(new Destination("10.0.0.7/32", 443, 443)),
                List.of(new Destination("0.0.0.0/0", 80, 90)),
                Map.of("b.example", List.of("192.0.2.2", "192.0.2.3"), "a.example", List.of("192.0.2.1")),
                resolves);
    }

    /** The first rule that fits decides. */
    @Test
    void whatIsNamedComesBeforeWhatIsClosedAndThatBeforeWhatIsAllowed() {
        String filter = EgressFilter.of(network(false), List.of("10.0.0.0/8"));

        assertThat(filter)
                .containsSubsequence(
                        "ip daddr 10.0.0.7/32" + END + "443-443 accept\n",
                        "ip daddr 10.0.0.0/8 reject",
                        "ip daddr 0.0.0.0/0" + END + "80-90 accept\n",
                        "reject with icmpx type admin-prohibited\n}")
                .doesNotContain("dport 53");
    }

    @Test
    void theResolverIsOpenToWhomIsAskedForNames() {
        assertThat(EgressFilter.of(network(true), List.of())).contains("ip daddr 10.0.2.3" + END + "53 accept\n");
    }

    @Test
    void namesAreLinesInOrder() {
        assertThat(Egress.hosts(network(false)))
                .endsWith("192.0.2.1\ta.example\n192.0.2.2\tb.example\n192.0.2.3\tb.example\n");
    }
}
