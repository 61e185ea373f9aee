package dev.sandlot.task;

import dev.sandlot.sandbox.SandboxNetwork;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the commands of a task may reach beyond their sandbox.
 *
 * @param allow destinations; empty: nothing
 * @param resolves whether they may ask for names that the list does not have
 */
public record TaskNetwork(List<Target> allow, boolean resolves) {
    /** The network of a task whose commands reach nothing. */
    public static final TaskNetwork NONE = new TaskNetwork(List.of(), false);

    private static final Pattern FORM =
            Pattern.compile("([^:/]+)(?:/([0-9]{1,2}))?(?::([0-9]{1,5})(?:-([0-9]{1,5}))?)?");
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62})(\\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,62}))*");
    /** Two colons at least, as no other destination has; RFC 4291, 2.2, and in brackets as RFC 3986 has it. */
    private static final Pattern VERSION_6 = Pattern.compile(
            "\\[?[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,8}[0-9.]*(%[0-9A-Za-z._-]+)?]?(/[0-9]+)?]?(:[0-9-]*)?");

    private static final int TEXT_MAX = 300;
    private static final int PORT_MAX = 65_535;
    private static final int LENGTH_MAX = 32;

    public TaskNetwork {
        allow = List.copyOf(allow);
    }

    /** True when there is a way out at all. */
    public boolean isOpen() {
        return !allow.isEmpty();
    }

    /**
     * A destination: {@code host}, {@code host:443}, {@code 10.1.0.0/16:5000-5100}.
     *
     * @param host a name, or an IPv4 address
     * @param length of the network's prefix; 32 for one address, and for a name
     */
    public record Target(String host, int length, int firstPort, int lastPort) {
        /** Reads one; empty when it is none. */
        public static Optional<Target> parse(String text) {
            Matcher form = FORM.matcher(text);
            if (text.length() > TEXT_MAX || !form.matches()) {
                return Optional.empty();
            }
            int length = form.group(2) == null ? LENGTH_MAX : Integer.parseInt(form.group(2));
            int first = form.group(3) == null ? 1 : Integer.parseInt(form.group(3));
            int last = form.group(3) == null ? PORT_MAX : first;
            last = form.group(4) == null ? last : Integer.parseInt(form.group(4));
            Target target = new Target(form.group(1), length, first, last);
            return target.isSound() ? Optional.of(target) : Optional.empty();
        }

        /** Whether it is no destination since it is an IPv6 address, or a range of them, with ports or without. */
        static boolean isVersion6(String text) {
            return text.length() <= TEXT_MAX && VERSION_6.matcher(text).matches();
        }

        private boolean isSound() {
            boolean ports = firstPort >= 1 && firstPort <= lastPort && lastPort <= PORT_MAX;
            boolean sound = isAddress()
                    ? address(host).isPresent()
                    : length == LENGTH_MAX && NAME.matcher(host).matches();
            return ports && length <= LENGTH_MAX && sound;
        }

        /** Whether it is an address and not a name: names do not end with a number (RFC 1123, 2.1). */
        public boolean isAddress() {
            return host.matches("(.*\\.)?[0-9]+");
        }

        /** Whether all of it lies in a range that is not the public's. */
        public boolean isSpecial() {
            return isAddress()
                    && SandboxNetwork.SPECIAL.stream()
                            .map(range -> parse(range).orElseThrow())
                            .anyMatch(this::isWithin);
        }

        private boolean isWithin(Target other) {
            long mask = -1L << (LENGTH_MAX - other.length);
            return length >= other.length
                    && (address(host).orElseThrow() & mask)
                            == (address(other.host).orElseThrow() & mask);
        }

        private static Optional<Long> address(String text) {
            String[] parts = text.split("\\.", -1);
            long address = 0;
            for (String part : parts) {
                if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) {
                    return Optional.empty();
                }
                address = (address << 8) | Integer.parseInt(part);
            }
            return parts.length == 4 ? Optional.of(address) : Optional.empty();
        }
    }
}
