package dev.sandlot.proxy;

import dev.sandlot.environment.ServiceUrl;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request for a service names.
 *
 * @param target what the service is asked for: path and query, as they came
 */
record ServiceAddress(UUID environment, String service, String target) {
    private static final Pattern FORM =
            Pattern.compile(ServiceUrl.ROOT + "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([^/;]+)(/.*)?");

    /** Empty for a path that can't name any. */
    static Optional<ServiceAddress> parse(String path, String query) {
        Matcher form = FORM.matcher(path);
        if (!form.matches()) {
            return Optional.empty();
        }
        String rest = form.group(3) == null ? "/" : form.group(3);
        return Optional.of(new ServiceAddress(
                UUID.fromString(form.group(1)), form.group(2), query.isEmpty() ? rest : rest + "?" + query));
    }

    /** The part of the path that the service knows nothing of. */
    String prefix() {
        return ServiceUrl.ROOT + environment + "/" + service;
    }
}
