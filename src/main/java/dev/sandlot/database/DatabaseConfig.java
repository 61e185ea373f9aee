package dev.sandlot.database;

import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/**
 * Where the database is. One server uses it at a time: PostgreSQL is asked for that, a file of H2 belongs to the process
 * that opens it.
 *
 * @param timeoutSeconds how long PostgreSQL may take for an answer
 */
public record DatabaseConfig(String url, String user, String password, int timeoutSeconds) {
    private static final int TIMEOUT_DEFAULT_SECONDS = 30;
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String H2 = "jdbc:h2:";
    private static final Pattern SHARED_H2 = Pattern.compile(
            "jdbc:h2:(tcp|ssl):.*|.*;\\s*(AUTO_SERVER\\s*=\\s*TRUE|FILE_LOCK\\s*=\\s*(NO|SOCKET))\\b.*",
            Pattern.CASE_INSENSITIVE);

    public DatabaseConfig {
        if (timeoutSeconds < 1) {
            throw new IllegalArgumentException("SANDLOT_DB_TIMEOUT_SECONDS must be at least 1");
        }
        if (!url.startsWith(POSTGRESQL)
                && (!url.startsWith(H2) || SHARED_H2.matcher(url).matches())) {
            throw new IllegalArgumentException("SANDLOT_DB_URL must be PostgreSQL (jdbc:postgresql:…), or a file of H2"
                    + " that no other process opens (jdbc:h2:file:…)");
        }
    }

    static DatabaseConfig from(Config config) {
        return new DatabaseConfig(
                config.getOptionalValue("sandlot.db.url", String.class).orElse(""),
                config.getOptionalValue("sandlot.db.user", String.class).orElse(""),
                config.getOptionalValue("sandlot.db.password", String.class).orElse(""),
                config.getOptionalValue("sandlot.db.timeout.seconds", Integer.class)
                        .orElse(TIMEOUT_DEFAULT_SECONDS));
    }

    boolean isPostgreSql() {
        return url.startsWith(POSTGRESQL);
    }

    /** Neither the password nor what a URL may hold of one. */
    @Override
    public String toString() {
        return "DatabaseConfig[" + (isPostgreSql() ? POSTGRESQL : H2) + "…]";
    }
}
