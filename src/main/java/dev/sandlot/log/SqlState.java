package dev.sandlot.log;

import java.sql.SQLException;

/** What a database says of a failure by its SQLSTATE (ISO/IEC 9075-2, 24.1), which holds no values. */
record SqlState(String code) {
    private static final int DEPTH_MAX = 16;
    private static final String UNKNOWN = "unknown";

    static boolean isDatabase(Throwable failure) {
        return failure instanceof SQLException || failure.getClass().getName().startsWith("org.jdbi.");
    }

    /** Whether a database's failure is it, or is behind it. */
    static boolean isInChain(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++) {
            if (isDatabase(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** The state of the failure, or of the first of its causes that has one. */
    static SqlState of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return new SqlState(sql.getSQLState().replaceAll("[^0-9A-Za-z]", ""));
            }
            cause = cause.getCause();
        }
        return new SqlState(UNKNOWN);
    }

    /** For the operator. */
    String sentence() {
        return "The database can't be used: " + meaning() + " (" + this + ")";
    }

    private String meaning() {
        return switch (code.length() < 2 ? "" : code.substring(0, 2)) {
            case "08" -> "it can't be reached, or the connection broke";
            case "22" -> "a value does not fit";
            case "23" -> "it contradicts what is stored";
            case "28" -> "it does not take this user and password";
            case "3D" -> "there is no such database";
            case "40", "55" -> "others hold what is needed";
            case "42" -> "a table or a right to it is missing";
            case "53" -> "it is out of disk, memory or connections";
            case "57" -> "it is stopping, or was told to break off";
            default -> "it failed";
        };
    }

    @Override
    public String toString() {
        return "SQLSTATE " + code;
    }
}
