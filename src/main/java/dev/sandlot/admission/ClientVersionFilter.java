package dev.sandlot.admission;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends clients away that name themselves in {@code User-Agent} (RFC 9110, 10.1.5) with a version that is too old. */
@Provider
@PreMatching
@Priority(300)
public class ClientVersionFilter implements ContainerRequestFilter {
    private static final Pattern PRODUCT =
            Pattern.compile("([A-Za-z0-9_.+-]{1,64})/([0-9]{1,9}(?:\\.[0-9]{1,9}){0,3})");

    @Inject
    private AdmissionConfig config;

    @Override
    public void filter(ContainerRequestContext request) {
        String agent = request.getHeaderString(HttpHeaders.USER_AGENT);
        if (agent == null || config.minimumClientVersions().isEmpty()) {
            return;
        }
        Matcher products = PRODUCT.matcher(agent);
        while (products.find()) {
            check(products.group(1), Version.parse(products.group(2)));
        }
    }

    private void check(String name, Version version) {
        Version minimum = config.minimumClientVersions().get(name);
        if (minimum != null && version.compareTo(minimum) < 0) {
            throw new ApiException(
                            ErrorType.UPGRADE_REQUIRED, "Upgrade " + name + " to version " + minimum + " or newer")
                    .withHeader("Upgrade", name + "/" + minimum);
        }
    }
}
