package dev.sandlot.quota;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Quotas in the database: those that the operator's calls have set. */
@Singleton
class QuotaTable {
    private final Jdbi jdbi;

    @Inject
    QuotaTable(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    private record Row(QuotaOwner owner, Allowance allowance, long most) {
        /** Empty: what a later server has stored, and this one does not know. */
        static Optional<Row> read(ResultSet row) throws SQLException {
            String workspace = row.getString("workspace");
            QuotaOwner owner = new QuotaOwner(
                    row.getString("org"), workspace.isEmpty() ? Optional.empty() : Optional.of(workspace));
            long most = row.getLong("most");
            return Allowance.parse(row.getString("allowance")).map(allowance -> new Row(owner, allowance, most));
        }
    }

    Map<QuotaOwner, Quota> all() {
        Map<QuotaOwner, Map<Allowance, Long>> found = new HashMap<>();
        jdbi.withHandle(handle -> handle.createQuery("select org, workspace, allowance, most from quotas")
                        .map((row, context) -> Row.read(row))
                        .list())
                .forEach(read -> read.ifPresent(
                        row -> found.computeIfAbsent(row.owner(), owner -> new EnumMap<>(Allowance.class))
                                .put(row.allowance(), row.most())));
        Map<QuotaOwner, Quota> quotas = new HashMap<>();
        found.forEach((owner, most) -> quotas.put(owner, new Quota(most)));
        return quotas;
    }

    void set(QuotaOwner owner, Quota quota) {
        jdbi.useTransaction(handle -> {
            remove(handle, owner);
            quota.most()
                    .forEach((allowance, most) -> handle.execute(
                            "insert into quotas (org, workspace, allowance, most) values (?, ?, ?, ?)",
                            owner.org(),
                            owner.workspace().orElse(""),
                            allowance.word(),
                            most));
        });
    }

    void remove(QuotaOwner owner) {
        jdbi.useHandle(handle -> remove(handle, owner));
    }

    private static void remove(Handle handle, QuotaOwner owner) {
        handle.execute(
                "delete from quotas where org = ? and workspace = ?",
                owner.org(),
                owner.workspace().orElse(""));
    }
}
