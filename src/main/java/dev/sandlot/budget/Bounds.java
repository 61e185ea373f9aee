package dev.sandlot.budget;

/**
 * How much of something may be taken at once. {@link #NONE} where there is no bound.
 *
 * @param perEnvironment by one environment
 * @param perWorkspace by one workspace
 * @param perOrganization by one organization; beside it each organization is held to its fair share of {@code perServer}
 * @param perServer by all together
 */
public record Bounds(long perEnvironment, long perWorkspace, long perOrganization, long perServer) {
    /** No bound. */
    public static final long NONE = Long.MAX_VALUE;

    /** No bound at all. */
    public static final Bounds UNBOUNDED = new Bounds(NONE, NONE, NONE, NONE);

    public Bounds {
        if (perEnvironment < 1 || perWorkspace < 1 || perOrganization < 1 || perServer < 1) {
            throw new IllegalArgumentException("bounds must be positive");
        }
    }

    /** Shared fairly by organizations, and not bounded otherwise. */
    public static Bounds ofServer(long perServer) {
        return new Bounds(NONE, NONE, NONE, perServer);
    }
}
