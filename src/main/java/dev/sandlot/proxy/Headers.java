package dev.sandlot.proxy;

import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.ProtocolException;

/** Which headers go through: those of the message, not those of one connection (RFC 9110, 7.6.1). */
final class Headers {
    private static final Set<String> OF_A_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length");
    /** What would speak for all of this server, and not for one of the services behind it. */
    private static final Set<String> OF_THE_SERVER = Set.of("alt-svc", "clear-site-data", "strict-transport-security");

    /** What names are made of (RFC 9110, 5.6.2). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private Headers() {}

    /** The names, in lower case, that do not go through beside those that a Connection header adds. */
    static Set<String> heldBack(Iterable<String> connection) {
        Set<String> names = new HashSet<>(OF_A_CONNECTION);
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** Throws where a name is none: such a message is no HTTP. */
    static void passOn(ClassicHttpResponse from, HttpServletResponse to) throws ProtocolException {
        Set<String> connection = new HashSet<>();
        for (Header header : from.getHeaders("Connection")) {
            connection.add(header.getValue());
        }
        Set<String> heldBack = heldBack(connection);
        heldBack.addAll(OF_THE_SERVER);
        for (Header header : from.getHeaders()) {
            if (!TOKEN.matcher(header.getName()).matches()) {
                throw new ProtocolException("a header without a name");
            }
            boolean clean = header.getValue() != null
                    && header.getValue().chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
            if (clean && !heldBack.contains(header.getName().toLowerCase(Locale.ROOT))) {
                to.addHeader(header.getName(), header.getValue());
            }
        }
    }
}
