package dev.sandlot.auth;

import java.util.List;

/** The roles of the token's {@code groups} claim, as {@code @RolesAllowed} wants them. */
public final class Role {
    public static final String ENVIRONMENTS_READ = "environments:read";
    public static final String ENVIRONMENTS_WRITE = "environments:write";
    public static final String ENVIRONMENTS_EXECUTE = "environments:execute";
    public static final String TASKS_READ = "tasks:read";
    public static final String TASKS_WRITE = "tasks:write";
    /** To have tasks seen by other organizations; beside {@link #TASKS_WRITE}. */
    public static final String TASKS_PUBLISH_PUBLIC = "tasks:publish-public";

    /** To read the metrics of this server. */
    public static final String METRICS_READ = "metrics:read";

    /** All of them. */
    public static final String ADMIN = "admin";

    /** Every role that there is. */
    public static final List<String> KNOWN = List.of(
            ENVIRONMENTS_READ,
            ENVIRONMENTS_WRITE,
            ENVIRONMENTS_EXECUTE,
            TASKS_READ,
            TASKS_WRITE,
            TASKS_PUBLISH_PUBLIC,
            ADMIN);

    private Role() {}
}
