package dev.sandlot.devicelogin;

import dev.sandlot.auth.OpenOperations;
import dev.sandlot.http.ApiPath;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/** The operations of a login are open to everybody where the operator wants them; elsewhere they look like any path. */
@Singleton
class DeviceLoginPaths implements OpenOperations {
    private static final String ROOT = ApiPath.ROOT + DeviceLoginResource.PATH;
    /** With a code as we make them. */
    private static final Pattern POLL = Pattern.compile(Pattern.quote(ROOT) + "/code/[A-Za-z0-9_-]{43}");

    private final boolean on;

    @Inject
    DeviceLoginPaths(DeviceLoginConfig config) {
        this.on = config.isOn();
    }

    @Override
    public boolean has(String method, String path) {
        // Nearly all requests are other ones.
        return on
                && path.startsWith(ROOT)
                && switch (method) {
                    case "POST" -> path.equals(ROOT + "/code") || path.equals(ROOT + "/token");
                    case "GET" -> POLL.matcher(path).matches();
                    default -> false;
                };
    }
}
