package dev.sandlot.auth;

import java.util.List;
import java.util.stream.Stream;

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

    /** Those that are about what organizations have, and not about the whole server. */
    public static final List<String> OF_TENANTS = List.of(
            ENVIRONMENTS_READ, ENVIRONMENTS_WRITE, ENVIRONMENTS_EXECUTE, TASKS_READ, TASKS_WRITE, TASKS_PUBLISH_PUBLIC);

    /** Every role that there is. */
    public static final List<String> KNOWN =
            Stream.concat(OF_TENANTS.stream(), Stream.of(METRICS_READ, ADMIN)).toList();

    private Role() {}
}
