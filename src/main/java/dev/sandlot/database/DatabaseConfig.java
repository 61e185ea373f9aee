package dev.sandlot.database;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the database is. One server uses it at a time: PostgreSQL is asked for that, a file of H2 belongs to the process
 * that opens it. H2 must open it by its asynchronous channel: any other is closed for everybody, and the database with
 * it, when one thread is interrupted that reads or writes.
 *
 * @param timeoutSeconds how long PostgreSQL may take for an answer
 */
@Singleton
record DatabaseConfig(String url, String user, String password, int timeoutSeconds) implements Configured {
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String H2 = "jdbc:h2:";
    private static final Pattern LASTING_H2 = Pattern.compile("jdbc:h2:(async|mem):.*");
    private static final Pattern SHARED_H2 = Pattern.compile(
            ".*;\\s*(AUTO_SERVER\\s*=\\s*TRUE|FILE_LOCK\\s*=\\s*(NO|SOCKET))\\b.*", Pattern.CASE_INSENSITIVE);
    private static final Setting<String> URL = Setting.given(
            "sandlot.db.url",
            Kind.text(
                    "PostgreSQL (jdbc:postgresql:…), or a file of H2 that no other process opens (jdbc:h2:async:…)",
                    DatabaseConfig::isFit),
            "a file of H2 in the data directory",
            "where the database is");
    private static final Setting<String> USER = Setting.of("sandlot.db.user", Kind.text(), "sandlot", "its user");
    private static final Setting<Optional<String>> PASSWORD =
            Setting.optional("sandlot.db.password", Kind.text(), "", "that user's password");
    private static final Setting<Integer> TIMEOUT = Setting.of(
            "sandlot.db.timeout.seconds",
            Kind.count(1, 86_400),
            "30",
            "how long PostgreSQL may take for an answer, in seconds");

    DatabaseConfig {
        URL.require(url);
        TIMEOUT.require(timeoutSeconds);
    }

    @Inject
    DatabaseConfig(Settings settings) {
        this(settings.get(URL), settings.get(USER), settings.get(PASSWORD).orElse(""), settings.get(TIMEOUT));
    }

    private static boolean isFit(String url) {
        return url.startsWith(POSTGRESQL)
                || (LASTING_H2.matcher(url).matches() && !SHARED_H2.matcher(url).matches());
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
