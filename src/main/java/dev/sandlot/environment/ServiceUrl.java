package dev.sandlot.environment;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.task.TaskService;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address at which a service is reached from outside, with the execute token of its environment as the bearer. */
public record ServiceUrl(String url, String host, int port) {
    /** What all their paths begin with, and none of the API's has in it: no JWT is looked for there (sandlot.xml). */
    public static final String ROOT = "/_services/";

    private static final Pattern AUTHORITY = Pattern.compile("(.*?)(?::([0-9]{1,5}))?");

    /** The server as that request addresses it; throws INVALID for a Host header that is none. */
    static URI base(UriInfo uri) {
        try {
            return uri.getBaseUri();
        } catch (IllegalArgumentException malformed) {
            throw new ApiException(ErrorType.INVALID, "The Host header must name this server");
        }
    }

    /** Host and port as they stand: names with an underscore are no host to a URI, and are used. */
    private static ServiceUrl of(UUID environment, String service, URI base) {
        Matcher authority = AUTHORITY.matcher(base.getRawAuthority());
        boolean hasPort = authority.matches() && authority.group(2) != null;
        int standard = "https".equals(base.getScheme()) ? 443 : 80;
        return new ServiceUrl(
                base.getScheme() + "://" + base.getRawAuthority() + ROOT + environment + "/" + service + "/",
                authority.group(1),
                hasPort ? Integer.parseInt(authority.group(2)) : standard);
    }

    private static Map<String, ServiceUrl> all(UUID environment, List<TaskService> services, URI base) {
        Map<String, ServiceUrl> urls = new LinkedHashMap<>();
        services.forEach(service -> urls.put(service.name(), of(environment, service.name(), base)));
        return urls;
    }

    /** The addresses by the services' names; null where there are none, or not any more. */
    static @Nullable Map<String, ServiceUrl> of(Environment environment, Instant now, URI base) {
        boolean ended = environment.stateAt(now).isTerminal();
        return ended || environment.services().isEmpty() ? null : all(environment.id(), environment.services(), base);
    }

    /**
     * The variables for an instruction: {@code web_url}, {@code web_host} and {@code web_port} of a service {@code
     * web}.
     */
    static Map<String, String> variables(UUID environment, List<TaskService> services, URI base) {
        Map<String, String> variables = new HashMap<>();
        all(environment, services, base).forEach((name, service) -> {
            variables.put(name + "_url", service.url());
            variables.put(name + "_host", service.host());
            variables.put(name + "_port", Integer.toString(service.port()));
        });
        return variables;
    }
}
