package dev.sandlot.database;

import java.sql.SQLException;

/** Refusals that no second try changes, by their SQLSTATE (ISO/IEC 9075-2, 24.1). */
public final class Violations {
    private static final String DATA = "22";
    private static final String CONSTRAINT = "23";
    private static final String LIMIT = "54";
    private static final String CONNECTION = "08";

    private Violations() {}

    /** True when an integrity constraint stands against a statement. */
    public static boolean isViolation(RuntimeException refused) {
        return stateOf(refused).startsWith(CONSTRAINT);
    }

    /** True when the database will never take these values: they do not fit, or a constraint stands against them. */
    public static boolean isForGood(RuntimeException refused) {
        String state = stateOf(refused);
        return state.startsWith(DATA) || state.startsWith(CONSTRAINT) || state.startsWith(LIMIT);
    }

    /** True when nothing was refused: the database was not reached, or broke off. */
    public static boolean isAway(RuntimeException failed) {
        String state = stateOf(failed);
        return state.isEmpty() || state.startsWith(CONNECTION);
    }

    private static String stateOf(RuntimeException failed) {
        return failed.getCause() instanceof SQLException cause && cause.getSQLState() != null
                ? cause.getSQLState()
                : "";
    }
}
