package dev.sandlot.database;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the only server on a database: two would take each other's environments for lost. On PostgreSQL it is
 * an advisory lock of a session of its own, so it ends with this process, however that ends. When that connection alone
 * breaks, the lock is taken again before anybody can tell; when another server has been faster, this one has to end. A
 * file of H2 can be opened once.
 */
public final class SoleServer implements AutoCloseable {
    private static final Logger LOG = ServerLog.of(SoleServer.class);
    /** What an operator is told. */
    static final String REFUSED =
            "Another server uses this database; a database is of one server, so stop that one first";

    /** The lock's two numbers, as SQL. */
    static final String LOCK = "1396788804, hashtext(coalesce(current_schema(), ''))";
    /** PostgreSQL looks for a host that has died this soon, and gives its lock away. */
    private static final String KEEPALIVE = "select set_config('tcp_keepalives_idle', '10', false),"
            + " set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final int CONNECT_SECONDS = 10;

    private final DatabaseConfig config;
    /** Tells this server's sessions from others'. */
    private final String name = "sandlot " + UUID.randomUUID();

    private @Nullable Connection session;

    private SoleServer(DatabaseConfig config) {
        this.config = config;
    }

    /**
     * Takes the right, waiting for one that a server is about to lose that has died.
     *
     * @throws IOException when another server has it
     */
    static SoleServer take(DatabaseConfig config, Duration patience) throws IOException, SQLException {
        SoleServer server = new SoleServer(config);
        if (config.isPostgreSql()) {
            server.lock(patience);
        }
        return server;
    }

    private synchronized void lock(Duration patience) throws IOException, SQLException {
        Connection fresh = connect(patience);
        boolean locked = false;
        try (PreparedStatement wait = fresh.prepareStatement("select set_config('lock_timeout', ?, false)");
                PreparedStatement lock = fresh.prepareStatement("select pg_advisory_lock(" + LOCK + ")")) {
            wait.setString(1, patience.toMillis() + "ms");
            wait.execute();
            lock.execute();
            session = fresh;
            locked = true;
        } catch (SQLException refused) {
            if (LOCK_NOT_AVAILABLE.equals(refused.getSQLState())) {
                throw new IOException(REFUSED);
            }
            throw refused;
        } finally {
            if (!locked) {
                end(fresh);
            }
        }
    }

    private Connection connect(Duration wait) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", config.user());
        properties.setProperty("password", config.password());
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        Connection fresh = DriverManager.getConnection(config.url(), properties);
        boolean good = false;
        try (PreparedStatement keepalive = fresh.prepareStatement(KEEPALIVE);
                PreparedStatement call = fresh.prepareStatement("select set_config('application_name', ?, false)")) {
            long most = TimeUnit.SECONDS.toMillis(config.timeoutSeconds()) + wait.toMillis();
            fresh.setNetworkTimeout(Runnable::run, Math.toIntExact(most));
            keepalive.execute();
            call.setString(1, name);
            call.execute();
            good = true;
            return fresh;
        } finally {
            if (!good) {
                end(fresh);
            }
        }
    }

    /**
     * Whether this is still the only server, as far as can be known: a database that is away is nobody's. False: another
     * server has begun to use it, and this one must not go on. Called every second.
     */
    public synchronized boolean isStillSole() {
        Connection held = session;
        if (!config.isPostgreSql() || (held != null && answers(held))) {
            return true;
        }
        if (held != null) {
            end(held);
            session = null;
        }
        try {
            return takeAgain();
        } catch (SQLException away) {
            Failures.log(LOG, Level.FINE, away, () -> "The database can't be asked whose it is");
            return true;
        }
    }

    private static boolean answers(Connection held) {
        try (PreparedStatement ask = held.prepareStatement("select 1")) {
            return ask.execute();
        } catch (SQLException broken) {
            return false;
        }
    }

    private boolean takeAgain() throws SQLException {
        Connection fresh = connect(Duration.ZERO);
        boolean locked = false;
        try {
            locked = isTrue(fresh, "select pg_try_advisory_lock(" + LOCK + ")");
            if (locked) {
                session = fresh;
                LOG.log(Level.INFO, "The connection broke that keeps other servers off the database; it stands again");
            }
            return locked || !isAnothers(fresh);
        } finally {
            if (!locked) {
                end(fresh);
            }
        }
    }

    /** PostgreSQL may believe for a while that the session goes on which broke here. */
    private boolean isAnothers(Connection fresh) throws SQLException {
        return isTrue(
                fresh,
                "select exists (select 1 from pg_locks held join pg_stat_activity holder on holder.pid = held.pid"
                        + " where held.locktype = 'advisory' and held.granted and held.objsubid = 2"
                        + " and held.database = (select oid from pg_database where datname = current_database())"
                        + " and (held.classid::bigint, held.objid::bigint) = (select key::bigint & 4294967295,"
                        + " place::bigint & 4294967295 from (values (" + LOCK + ")) as taken (key, place))"
                        + " and holder.application_name <> '" + name + "')");
    }

    private static boolean isTrue(Connection connection, String query) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement(query);
                ResultSet answer = ask.executeQuery()) {
            return answer.next() && answer.getBoolean(1);
        }
    }

    /** Also where the other side says nothing any more. */
    private static void end(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException gone) {
            LOG.log(Level.FINE, "a connection was gone already");
        }
    }

    /** Gives the right up. */
    @Override
    public synchronized void close() {
        Connection held = session;
        session = null;
        if (held != null) {
            end(held);
        }
    }
}
