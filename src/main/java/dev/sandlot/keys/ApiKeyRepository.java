package dev.sandlot.keys;

import static java.util.Objects.requireNonNull;

import dev.sandlot.database.Moments;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Keys in the database. It is asked for late: filters are made before the database is this server's. */
@Singleton
class ApiKeyRepository {
    private final Provider<Jdbi> jdbi;

    @Inject
    ApiKeyRepository(Provider<Jdbi> jdbi) {
        this.jdbi = jdbi;
    }

    List<HeldKey> all() {
        return jdbi.get()
                .withHandle(handle -> handle.createQuery("select * from api_keys")
                        .map((row, context) -> new HeldKey(
                                ApiKeyTable.read(row),
                                Moments.find(row, "last_used_at").orElse(null)))
                        .list());
    }

    /** Stores a new one, and ends and removes others, all of it or nothing. */
    void change(Collection<ApiKey> added, Collection<ApiKey> ended, Collection<UUID> removed) {
        jdbi.get().useTransaction(handle -> {
            added.forEach(key -> handle.execute(
                    ApiKeyTable.INSERT, ApiKeyTable.ALL.values(key).toArray()));
            ended.forEach(key -> handle.execute(
                    "update api_keys set ended_at = ? where id = ?",
                    Moments.utc(requireNonNull(key.term().endedAt())),
                    key.id()));
            delete(handle, removed);
        });
    }

    private static void delete(Handle handle, Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("delete from api_keys where id = ?");
        ids.forEach(batch::add);
        batch.execute();
    }

    /** When keys were last used. */
    void used(List<HeldKey> keys) {
        jdbi.get().useHandle(handle -> {
            PreparedBatch batch = handle.prepareBatch("update api_keys set last_used_at = ? where id = ?");
            for (HeldKey held : keys) {
                Instant used = held.lastUsed();
                if (used != null) {
                    batch.add(Moments.utc(used), held.key().id());
                }
            }
            batch.execute();
        });
    }
}
