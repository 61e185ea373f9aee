package dev.sandlot.database;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;

/**
 * Keeps the file of an H2 database in proportion to what is in it. H2 does this by itself only where commits need not
 * last at once, which they must here. Without it the file grows with every write: space is used again after 45 s, and a
 * piece of the file of which one row still lives not before that row goes.
 */
@Singleton
public class FileCompaction {
    private static final Logger LOG = ServerLog.of(FileCompaction.class);
    /** A file that is this much larger than twice its content is left alone. */
    private static final long SLACK = 64L << 20;

    private static final int FILL_RATE = 75;
    private static final int WRITTEN_AT_ONCE = 16 << 20;
    /** H2's own: by then an operating system has brought to the disk what was written. */
    private static final int RETENTION_MILLIS = 45_000;
    /** Enough when all is brought to the disk every second, and in no longer than that. */
    private static final int SYNCED_RETENTION_MILLIS = 3_000;

    private static final int SYNC_MAX_MILLIS = 1_000;

    private final DatabaseConfig config;
    private final int syncedRetentionMillis;

    @Inject
    public FileCompaction(DatabaseConfig config) {
        this(config, SYNCED_RETENTION_MILLIS);
    }

    FileCompaction(DatabaseConfig config, int syncedRetentionMillis) {
        this.config = config;
        this.syncedRetentionMillis = syncedRetentionMillis;
    }

    /** Called every second. */
    public void sweep() {
        if (config.isPostgreSql()) {
            return;
        }
        Properties login = new Properties();
        login.setProperty("user", config.user());
        login.setProperty("password", config.password());
        // A connection of its own, not the pool's, for these do not show what they are.
        try (Connection connection = new org.h2.Driver().connect(config.url(), login)) {
            if (((JdbcConnection) connection).getSession() instanceof SessionLocal session) {
                compact(session.getDatabase().getStore().getMvStore());
            }
        } catch (SQLException notNow) {
            Failures.log(LOG, Level.FINE, notNow, () -> "the database's file can't be compacted now");
        }
    }

    private void compact(MVStore store) {
        FileStore<?> file = store.getFileStore();
        if (file == null) {
            return;
        }
        store.setRetentionTime(RETENTION_MILLIS);
        if (isLoose(file)) {
            // Space that is used again must not be that of the last whole state which the disk has.
            long begun = System.nanoTime();
            store.sync();
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) < SYNC_MAX_MILLIS) {
                store.setRetentionTime(syncedRetentionMillis);
            }
            store.compact(FILL_RATE, WRITTEN_AT_ONCE);
        }
    }

    private static boolean isLoose(FileStore<?> file) {
        long content = file.size() / 100 * file.getFillRate() / 100 * file.getChunksFillRate();
        return file.size() > 2 * content + SLACK;
    }
}
