package dev.sandlot.database;

import static java.util.Objects.requireNonNull;

import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** The database's migrations by name: an application server's class loader can't be asked for what a folder holds. */
final class Migrations implements ResourceProvider {
    private static final String FOLDER = "/db/migration/";
    private static final List<String> NAMES = List.of(
            "V1__environments_and_executions.sql",
            "V2__idempotency_keys_and_task_versions.sql",
            "V3__secrets_and_teardown.sql",
            "V4__images.sql",
            "V5__services.sql",
            "V7__published_tasks.sql",
            "V9__memory.sql",
            "V11__kept_bytes.sql",
            "V13__api_keys.sql",
            "V14__long_commands.sql",
            "V15__audit.sql",
            "V16__server_mode.sql",
            "V17__quotas_and_usage.sql",
            "V18__indexes.sql");

    private static final Set<MigrationState> FUTURE =
            Set.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

    /** Brings a database up to date; throws IllegalStateException, with a sentence, for one of a newer server. */
    static void apply(DataSource dataSource, boolean isPostgreSql) {
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(dataSource)
                .resourceProvider(new Migrations())
                .placeholders(Map.of("bytes", isPostgreSql ? "bytea" : "varbinary(1048576)"))
                .load();
        requireKnown(flyway.info());
        flyway.migrate();
    }

    /** What a newer server has made of the tables this one would misread, and Flyway lets it pass. */
    private static void requireKnown(MigrationInfoService info) {
        Arrays.stream(info.applied())
                .filter(migration -> FUTURE.contains(migration.getState()))
                .map(MigrationInfo::getVersion)
                .max(Comparator.naturalOrder())
                .ifPresent(newer -> {
                    throw new IllegalStateException("The database is of a newer server (its schema is " + newer
                            + "); start that one, or restore a back-up of before");
                });
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return NAMES.contains(name) ? new Migration(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return NAMES.stream()
                .filter(name ->
                        name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                .<LoadableResource>map(Migration::new)
                .toList();
    }

    private static final class Migration extends LoadableResource {
        private final String name;

        private Migration(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            return new InputStreamReader(
                    requireNonNull(Migrations.class.getResourceAsStream(FOLDER + name), name), StandardCharsets.UTF_8);
        }

        @Override
        public String getAbsolutePath() {
            return FOLDER + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return FOLDER + name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
