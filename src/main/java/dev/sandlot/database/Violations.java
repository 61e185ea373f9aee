package dev.sandlot.database;

import java.sql.SQLException;

/** Integrity constraints that stood against a statement: SQLSTATE class 23 (ISO/IEC 9075-2). */
public final class Violations {
    private static final String CLASS = "23";

    private Violations() {}

    /** True when the database will refuse the same again. */
    public static boolean isViolation(RuntimeException refused) {
        return refused.getCause() instanceof SQLException cause
                && cause.getSQLState() != null
                && cause.getSQLState().startsWith(CLASS);
    }
}
