package dev.sandlot.records;

import static java.util.Objects.requireNonNull;

import dev.sandlot.audit.AuditChain;
import dev.sandlot.audit.AuditConfig;
import dev.sandlot.audit.AuditEntry;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Tenant;
import dev.sandlot.database.Moments;
import dev.sandlot.quota.UsageTable;
import dev.sandlot.records.Execution.End;
import dev.sandlot.sandbox.OutputStreamKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Executions in the database. */
@Singleton
public class ExecutionRepository {
    private static final Comparator<Execution> NEWEST_FIRST =
            Comparator.comparing(Execution::queuedAt).reversed().thenComparing(Execution::id);

    private final Jdbi jdbi;
    private final AuditChain chain;
    private final AuditConfig audit;

    @Inject
    public ExecutionRepository(Jdbi jdbi, AuditChain chain, AuditConfig audit) {
        this.jdbi = jdbi;
        this.chain = chain;
        this.audit = audit;
    }

    /** A part of a list, and how long the whole is. */
    public record Page(List<Execution> executions, int total) {}

    /**
     * Writes all in one transaction, and with the ends what the audit tells of them. It may be what has been written
     * already, when the answer to that has been lost: the audit is told of ends that are new.
     */
    public void write(Collection<RecordWrite> writes) {
        chain.write(handle -> {
            Set<UUID> ended = endedAlready(handle, writes);
            batch(handle, writes, false);
            batch(handle, writes, true);
            return told(
                    handle,
                    writes.stream()
                            .map(RecordWrite::execution)
                            .filter(one -> !ended.contains(one.id()))
                            .toList());
        });
    }

    /** Those to be ended that have been; who has no row yet has no end either. */
    private static Set<UUID> endedAlready(Handle handle, Collection<RecordWrite> writes) {
        List<UUID> ending = writes.stream()
                .filter(write -> write.exists() && write.execution().end() != null)
                .map(write -> write.execution().id())
                .toList();
        return ending.isEmpty()
                ? Set.of()
                : handle.createQuery("select id from executions where id in (<ids>) and state not in (<unended>)")
                        .bindList("ids", ending)
                        .bindList("unended", ExecutionState.unended())
                        .mapTo(UUID.class)
                        .set();
    }

    /** Tells the audit of an end that is not stored, unless it has been. */
    void auditAlone(Execution execution) {
        chain.write(handle -> hasEnded(handle, execution.id()) ? List.of() : told(handle, List.of(execution)));
    }

    /** Tells the audit of a command that a sandbox knows and nobody has written down, unless somebody has. */
    public void auditUnrecorded(UUID environment, UUID id, Instant at) {
        chain.write(handle -> exists(handle, "executions", id)
                ? List.of()
                : List.of(ExecutionAudit.unrecorded(
                        environment,
                        id,
                        at,
                        owners(handle, List.of(environment)).get(environment))));
    }

    /** What the audit tells of those that have ended. What they used is counted in the same transaction, for they end once. */
    private List<AuditEntry> told(Handle handle, List<Execution> executions) {
        List<Execution> ended =
                executions.stream().filter(one -> one.end() != null).toList();
        if (ended.isEmpty()) {
            return List.of();
        }
        Map<UUID, WorkspaceId> owners = owners(
                handle, ended.stream().map(Execution::environmentId).distinct().toList());
        UsageTable.add(handle, used(ended, owners));
        return ended.stream()
                .map(one -> ExecutionAudit.entry(one, owners.get(one.environmentId()), audit))
                .toList();
    }

    /** Of those whose environment is still known. */
    private static List<UsageTable.Ended> used(List<Execution> ended, Map<UUID, WorkspaceId> owners) {
        return ended.stream()
                .filter(one -> owners.containsKey(one.environmentId()))
                .map(one -> used(one.ended().orElseThrow(), requireNonNull(owners.get(one.environmentId()))))
                .toList();
    }

    private static UsageTable.Ended used(End end, WorkspaceId owner) {
        long cpuMillis = end.usage() == null ? 0 : end.usage().cpuMillis();
        return new UsageTable.Ended(owner, end.at(), cpuMillis, end.outputBytes());
    }

    private static Map<UUID, WorkspaceId> owners(Handle handle, List<UUID> environments) {
        return handle.createQuery("select id, org, workspace from environments where id in (<ids>)")
                .bindList("ids", environments)
                .map((row, context) -> Map.entry(
                        row.getObject("id", UUID.class),
                        new WorkspaceId(row.getString("org"), row.getString("workspace"))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean hasEnded(Handle handle, UUID id) {
        return handle.createQuery("select 1 from executions where id = :id and state not in (<unended>)")
                .bind("id", id)
                .bindList("unended", ExecutionState.unended())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /**
     * Writes what a journal says: executions that may be here already, as they were then or further on; not where the
     * environment is gone. The audit is told of ends that are new.
     */
    void replay(List<JournalEntry> entries) {
        chain.write(handle -> {
            List<Execution> fresh = new ArrayList<>();
            for (JournalEntry entry : entries) {
                if (!hasEnded(handle, entry.execution().id())) {
                    fresh.add(entry.execution());
                }
                replay(handle, entry);
            }
            return told(handle, fresh);
        });
    }

    private static void replay(Handle handle, JournalEntry entry) {
        Execution execution = entry.execution();
        boolean known = exists(handle, "executions", execution.id());
        if (known && execution.ended().isEmpty()) {
            begin(handle, execution);
        } else if (known || exists(handle, "environments", execution.environmentId())) {
            batch(handle, List.of(new RecordWrite(execution, entry.inline(), known)), known);
        }
    }

    /** Writes a beginning; where the execution has ended here meanwhile, that counts. */
    private static void begin(Handle handle, Execution execution) {
        if (execution.startedAt() != null) {
            handle.execute(
                    "update executions set state = ?, started_at = ? where id = ? and state = ?",
                    ExecutionState.RUNNING.word(),
                    Moments.utc(execution.startedAt()),
                    execution.id(),
                    ExecutionState.QUEUED.word());
        }
    }

    private static boolean exists(Handle handle, String table, UUID id) {
        return handle.createQuery("select 1 from <table> where id = :id")
                .define("table", table)
                .bind("id", id)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /** Writes one as a part of somebody's transaction. */
    public static void insert(Handle handle, Execution execution) {
        batch(handle, List.of(new RecordWrite(execution, Map.of(), false)), false);
    }

    /** Plain JDBC: this is where an execution's time in the database goes. */
    private static void batch(Handle handle, Collection<RecordWrite> writes, boolean updates) {
        List<RecordWrite> chosen =
                writes.stream().filter(write -> write.exists() == updates).toList();
        if (chosen.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                handle.getConnection().prepareStatement(updates ? ExecutionTable.UPDATE : ExecutionTable.INSERT)) {
            for (RecordWrite write : chosen) {
                bind(statement, write);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException refused) {
            throw new UnableToExecuteStatementException(refused, null);
        }
    }

    private static void bind(PreparedStatement statement, RecordWrite write) throws SQLException {
        if (write.exists()) {
            int next = ExecutionTable.CHANGES.bind(statement, write);
            statement.setObject(next, write.execution().id());
        } else {
            ExecutionTable.ALL.bind(statement, write);
        }
    }

    /** The environment's execution of that id. */
    public Optional<Execution> find(UUID environment, UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("select " + ExecutionTable.SELECTED
                        + " from executions where id = :id and environment_id = :environment")
                .bind("id", id)
                .bind("environment", environment)
                .map((row, context) -> ExecutionTable.read(row))
                .findOne());
    }

    /** What is stored of its outputs with the record; nothing without one. */
    public Map<OutputStreamKind, byte[]> inline(UUID id) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select output, stdout, stderr from executions where id = :id")
                        .bind("id", id)
                        .map((row, context) -> readInline(row))
                        .findOne()
                        .orElse(Map.of()));
    }

    private static Map<OutputStreamKind, byte[]> readInline(ResultSet row) throws SQLException {
        Map<OutputStreamKind, byte[]> inline = new EnumMap<>(OutputStreamKind.class);
        for (OutputStreamKind stream : OutputStreamKind.values()) {
            byte[] bytes = row.getBytes(stream.word());
            if (bytes != null) {
                inline.put(stream, bytes);
            }
        }
        return inline;
    }

    /**
     * A page of an environment's, newest first.
     *
     * @param newer executions of it that count as they are here, and not as the database has them, if it does
     */
    public Page list(UUID environment, Collection<Execution> newer, int offset, int limit) {
        // Any of the newer ones may stand before, in or behind the page.
        int from = Math.max(0, offset - newer.size());
        return jdbi.withHandle(handle -> {
            // What is equal in all of them is in the order too, or H2 would read them all to sort them.
            List<Execution> found = others(
                            handle,
                            ExecutionTable.SELECTED,
                            environment,
                            newer,
                            " order by environment_id desc, queued_at desc, id")
                    .bind("offset", from)
                    .bind("limit", offset - from + limit)
                    .map((row, context) -> ExecutionTable.read(row))
                    .list();
            int total = countOthers(handle, environment, newer) + newer.size();
            List<Execution> page = Stream.concat(found.stream(), newer.stream())
                    .sorted(NEWEST_FIRST)
                    .skip(offset - from)
                    .limit(limit)
                    .toList();
            return new Page(page, total);
        });
    }

    private static Query others(
            Handle handle, String columns, UUID environment, Collection<Execution> newer, String order) {
        return bind(
                handle.createQuery("select " + columns + whereOthers(newer) + order + " limit :limit offset :offset"),
                environment,
                newer);
    }

    /** Without a look at the records themselves, of which an index has not the ids. */
    private static int countOthers(Handle handle, UUID environment, Collection<Execution> newer) {
        String own = "(select count(*) from executions where environment_id = :environment";
        String known = newer.isEmpty() ? "" : " - " + own + " and id in (<newer>))";
        return bind(handle.createQuery("select " + own + ")" + known), environment, newer)
                .mapTo(Integer.class)
                .one();
    }

    private static String whereOthers(Collection<Execution> newer) {
        return " from executions where environment_id = :environment"
                + (newer.isEmpty() ? "" : " and id not in (<newer>)");
    }

    private static Query bind(Query query, UUID environment, Collection<Execution> newer) {
        query.bind("environment", environment);
        return newer.isEmpty()
                ? query
                : query.bindList("newer", newer.stream().map(Execution::id).toList());
    }

    /** An execution that has no end, and whose it is. */
    public record Unended(Execution execution, Tenant tenant) {}

    /** All that has no end. */
    public List<Unended> unended() {
        String owner = "(select %s from environments where environments.id = executions.environment_id) as %s";
        return jdbi.withHandle(handle -> handle.createQuery("select " + ExecutionTable.SELECTED + ", "
                        + String.format(owner, "org", "org") + ", " + String.format(owner, "workspace", "workspace")
                        + " from executions where state in (<unended>)")
                .bindList("unended", ExecutionState.unended())
                .map((row, context) -> readUnended(row))
                .list());
    }

    private static Unended readUnended(ResultSet row) throws SQLException {
        Execution execution = ExecutionTable.read(row);
        WorkspaceId workspace = new WorkspaceId(row.getString("org"), row.getString("workspace"));
        return new Unended(execution, Tenant.of(workspace, execution.environmentId()));
    }

    /**
     * Of an environment the {@code limit} that have ended last, and as many that have no end, of which the log tells,
     * without their commands; {@code newer} not.
     */
    public List<Execution> latest(UUID environment, Collection<Execution> newer, int limit) {
        // H2 sorts by an index that it looks something up in, and NOT NULL is nothing that it would look up.
        return jdbi.withHandle(handle -> Stream.of("is null", "> timestamp with time zone '1970-01-01 00:00:00+00'")
                .flatMap(end -> others(
                        handle,
                        ExecutionTable.SELECTED_WITHOUT_COMMAND,
                        environment,
                        newer,
                        " and ended_at " + end + " order by environment_id desc, ended_at desc")
                        .bind("offset", 0)
                        .bind("limit", limit)
                        .map((row, context) -> ExecutionTable.read(row))
                        .list()
                        .stream())
                .toList());
    }

    /** How much a stream had printed of an execution whose output has gone, if that is known. */
    public Optional<Long> bytesGone(UUID execution, OutputStreamKind stream) {
        if (stream == OutputStreamKind.OUTPUT) {
            return Optional.empty();
        }
        return jdbi.withHandle(handle -> handle.createQuery("select <column> from executions where id = :id")
                .define("column", stream.word() + "_bytes")
                .bind("id", execution)
                .map((row, context) -> Optional.ofNullable(row.getObject(1, Long.class)))
                .findOne()
                .flatMap(bytes -> bytes));
    }
}
