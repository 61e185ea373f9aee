package dev.sandlot.environment;

import dev.sandlot.sandbox.SandboxNetwork;
import dev.sandlot.sandbox.SandboxNetwork.Destination;
import dev.sandlot.task.TaskDefinition;
import dev.sandlot.task.TaskNetwork.Target;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Turns a task's destinations into addresses. Names are asked for now and mean the same as long as the environment lives: what
 * they are changed to later, to the metadata service for one, opens nothing.
 */
final class EgressPlanner {
    /** The most addresses of one name: its owner says how many there are, and each is a rule of the filter. */
    private static final int ADDRESSES_MAX = 32;

    private EgressPlanner() {}

    static Optional<SandboxNetwork> plan(TaskDefinition task) throws PreparationException {
        if (!task.sandbox().network().isOpen()) {
            return Optional.empty();
        }
        // Whoever publishes a task over HTTP opens nothing that is not the public's.
        boolean mayName = task.isOperators();
        List<Destination> named = new ArrayList<>();
        List<Destination> allowed = new ArrayList<>();
        Map<String, List<String>> hosts = new HashMap<>();
        for (Target target : task.sandbox().network().allow()) {
            if (target.isAddress()) {
                boolean isNamed = mayName && (target.isSpecial() || target.length() == Integer.SIZE);
                (isNamed ? named : allowed).add(destination(target, target.host()));
            } else {
                List<String> addresses = addresses(target.host());
                hosts.put(target.host(), addresses);
                addresses.forEach(address -> allowed.add(destination(target, address)));
            }
        }
        return Optional.of(new SandboxNetwork(
                named, allowed, hosts, task.sandbox().network().resolves()));
    }

    private static Destination destination(Target target, String address) {
        return new Destination(address + "/" + target.length(), target.firstPort(), target.lastPort());
    }

    private static List<String> addresses(String host) throws PreparationException {
        List<String> addresses = Stream.of(known(host))
                .filter(Inet4Address.class::isInstance)
                .map(InetAddress::getHostAddress)
                .limit(ADDRESSES_MAX)
                .toList();
        if (addresses.isEmpty()) {
            throw new PreparationException("The task's network names " + host + ", which has no IPv4 address now");
        }
        return addresses;
    }

    private static InetAddress[] known(String host) {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException unknown) {
            return new InetAddress[0];
        }
    }
}
