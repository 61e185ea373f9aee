package dev.sandlot.keys;

import dev.sandlot.database.Columns;
import dev.sandlot.database.Moments;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** How the database has keys. */
final class ApiKeyTable {
    static final Columns<ApiKey> ALL = Columns.of("id", ApiKey::id)
            .and("subject", ApiKey::subject)
            .and("name", ApiKey::name)
            .and("secret_hash", ApiKey::secretHash)
            .and("hint", ApiKey::hint)
            .and("roles", key -> write(key.grant().roles()))
            .and("workspaces", key -> write(key.grant().workspaces()))
            .and("self_revoke", ApiKey::selfRevoke)
            .and("created_at", key -> key.term().createdAt())
            .and("expires_at", key -> key.term().expiresAt())
            .and("ended_at", key -> key.term().endedAt());

    static final String INSERT = ALL.insertInto("api_keys");

    private ApiKeyTable() {}

    /** Neither roles nor workspaces have a space in them. */
    static String write(Set<String> words) {
        return words.stream().sorted().collect(Collectors.joining(" "));
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    static ApiKey read(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("subject"),
                row.getString("name"),
                row.getString("secret_hash"),
                row.getString("hint"),
                new Grant(words(row.getString("roles")), words(row.getString("workspaces"))),
                row.getBoolean("self_revoke"),
                new ApiKey.Term(
                        Moments.require(row, "created_at"),
                        Moments.require(row, "expires_at"),
                        Moments.find(row, "ended_at").orElse(null)));
    }
}
