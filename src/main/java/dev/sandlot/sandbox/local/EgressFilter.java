package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxNetwork.Destination;
import java.util.Collection;
import java.util.List;

/** A sandbox's filter, as nft(8) reads it: what is not allowed is refused at once, so that nobody waits for a timeout. */
final class EgressFilter {
    /** The address at which the carrier answers for name servers; slirp4netns(1). */
    private static final String RESOLVER = "10.0.2.3";

    private static final String REFUSE = "reject with icmpx type admin-prohibited";

    private EgressFilter() {}

    /**
     * @param closed networks that are reached by nobody who does not name them
     */
    static String of(SandboxNetwork network, Collection<String> closed) {
        StringBuilder rules = new StringBuilder("table inet sandlot {\n")
                .append("chain input {\ntype filter hook input priority 0; policy drop;\n")
                .append("iifname \"lo\" accept\nct state established,related accept\n}\n")
                .append("chain output {\ntype filter hook output priority 0; policy drop;\n")
                .append("oifname \"lo\" accept\nct state established,related accept\n");
        if (network.resolves()) {
            rules.append("ip daddr ").append(RESOLVER).append(" meta l4proto { tcp, udp } th dport 53 accept\n");
        }
        accept(rules, network.named());
        closed.forEach(range -> rules.append("ip daddr ")
                .append(range)
                .append(' ')
                .append(REFUSE)
                .append('\n'));
        accept(rules, network.allowed());
        return rules.append(REFUSE).append("\n}\n}\n").toString();
    }

    private static void accept(StringBuilder rules, List<Destination> destinations) {
        for (Destination destination : destinations) {
            rules.append("ip daddr ")
                    .append(destination.cidr())
                    .append(" meta l4proto { tcp, udp } th dport ")
                    .append(destination.firstPort())
                    .append('-')
                    .append(destination.lastPort())
                    .append(" accept\n");
        }
    }
}
