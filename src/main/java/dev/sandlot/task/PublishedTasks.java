package dev.sandlot.task;

import dev.sandlot.auth.Sha256;
import dev.sandlot.database.Violations;
import dev.sandlot.errors.Faults;
import dev.sandlot.request.JsonBody;
import dev.sandlot.task.TaskReader.Origin;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Task versions that were published over HTTP, by this server or another on the same database. */
@Singleton
public class PublishedTasks implements TaskSource {
    private static final Logger LOG = Logger.getLogger(PublishedTasks.class.getName());
    private static final String SELECT = "select definition, created_at, created_by from task_versions";
    /** Servers' clocks may differ by less. */
    private static final long OVERLAP_SECONDS = 60;

    private final Jdbi jdbi;
    private Instant newest = Instant.EPOCH;

    @Inject
    public PublishedTasks(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    private record Row(String definition, Instant createdAt, String createdBy) {}

    /** A definition's text as a task; what is wrong with it is collected. */
    static TaskDefinition read(String definition, Instant createdAt, String createdBy, Faults faults) {
        byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
        JsonBody body = JsonBody.stored(definition, faults);
        Origin origin = new Origin(Sha256.of(bytes), bytes.length, createdAt, Optional.of(createdBy));
        return new TaskReader(body.members(), Optional.empty(), faults).read(origin);
    }

    /** Stores a version; false when there is one of that name and number already. */
    boolean insert(TaskDefinition task, String definition) {
        try {
            jdbi.useHandle(handle -> handle.execute(
                    "insert into task_versions (org, name, version, definition, created_at, created_by)"
                            + " values (?, ?, ?, ?, ?, ?)",
                    task.org(),
                    task.name(),
                    task.version().toString(),
                    definition,
                    utc(task.changedAt()),
                    task.createdBy().orElse("")));
            return true;
        } catch (UnableToExecuteStatementException refused) {
            if (Violations.isViolation(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** What is stored of that name and number. */
    Optional<TaskDefinition> find(TaskDefinition like) {
        return jdbi.withHandle(handle -> handle.createQuery(
                                SELECT + " where org = :org and name = :name and version = :version")
                        .bind("org", like.org())
                        .bind("name", like.name())
                        .bind("version", like.version().toString())
                        .map((row, context) -> row(row))
                        .findOne())
                .flatMap(PublishedTasks::parse);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getString("definition"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("created_by"));
    }

    @Override
    public List<TaskDefinition> fresh() {
        try {
            List<Row> rows = jdbi.withHandle(
                    handle -> handle.createQuery(SELECT + " where created_at > :since order by created_at")
                            .bind("since", utc(newest.minusSeconds(OVERLAP_SECONDS)))
                            .map((row, context) -> row(row))
                            .list());
            rows.forEach(row -> newest = row.createdAt());
            return rows.stream().flatMap(row -> parse(row).stream()).toList();
        } catch (JdbiException away) {
            LOG.log(Level.WARNING, "Published tasks can''t be read now: {0}", away.getMessage());
            return List.of();
        }
    }

    private static Optional<TaskDefinition> parse(Row row) {
        Faults faults = new Faults();
        TaskDefinition task = read(row.definition(), row.createdAt(), row.createdBy(), faults);
        if (!faults.all().isEmpty()) {
            LOG.log(Level.WARNING, "A published task is not used: {0}", faults.all());
            return Optional.empty();
        }
        return Optional.of(task);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
