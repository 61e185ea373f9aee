package dev.sandlot.ops;

import dev.sandlot.audit.AuditLog;
import dev.sandlot.audit.AuditRetention;
import dev.sandlot.auth.DevelopmentIdentity;
import dev.sandlot.database.FileCompaction;
import dev.sandlot.database.SoleServer;
import dev.sandlot.devicelogin.DeviceLogins;
import dev.sandlot.environment.EnvironmentCensus;
import dev.sandlot.environment.EnvironmentConfig;
import dev.sandlot.environment.EnvironmentProvisioner;
import dev.sandlot.environment.EnvironmentServices;
import dev.sandlot.environment.Reconciler;
import dev.sandlot.execution.ExecutionRecovery;
import dev.sandlot.execution.Executions;
import dev.sandlot.idempotency.IdempotencyKeys;
import dev.sandlot.image.Images;
import dev.sandlot.keys.ApiKeys;
import dev.sandlot.log.Failures;
import dev.sandlot.log.LogFields;
import dev.sandlot.log.ServerLog;
import dev.sandlot.quota.QuotaKeeping;
import dev.sandlot.quota.RequestCount;
import dev.sandlot.quota.UsageTable;
import dev.sandlot.retention.Eviction;
import dev.sandlot.retention.Retention;
import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.local.LocalBackend;
import dev.sandlot.service.ServiceSupervisor;
import dev.sandlot.settings.Settings;
import dev.sandlot.settings.SharedConfig;
import dev.sandlot.task.Publishers;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Brings the server up in order, keeps its periodic work going, and stops it when a setting is bad. */
@jakarta.ejb.Startup
@Singleton
@TransactionManagement(TransactionManagementType.BEAN)
public class Startup {
    private static final Logger LOG = ServerLog.of(Startup.class);
    private static final Duration TRIAL_AT_MOST = Duration.ofMinutes(5);

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private Settings settings;

    @Inject
    private SettingsCheck check;

    @Inject
    private Instance<ServerConfig> server;

    @Inject
    private Instance<SharedConfig> shared;

    @Inject
    private DataDirectory directory;

    @Inject
    private Instance<SoleServer> soleServer;

    @Inject
    private BackendProducer backends;

    @Inject
    private Instance<LocalBackend> backend;

    @Inject
    private Instance<Images> images;

    @Inject
    private Instance<EnvironmentConfig> environments;

    @Inject
    private Instance<EnvironmentProvisioner> provisioner;

    @Inject
    private Instance<Reconciler> reconciler;

    @Inject
    private Instance<Executions> executions;

    @Inject
    private Instance<ExecutionRecovery> recovery;

    @Inject
    private Instance<EnvironmentServices> services;

    @Inject
    private Instance<ServiceSupervisor> supervisor;

    @Inject
    private Instance<IdempotencyKeys> keys;

    @Inject
    private Instance<ApiKeys> apiKeys;

    @Inject
    private Instance<DeviceLogins> deviceLogins;

    @Inject
    private Instance<Listening> listening;

    @Inject
    private Instance<Retention> retention;

    @Inject
    private Instance<Eviction> eviction;

    @Inject
    private Instance<AuditLog> audit;

    @Inject
    private Instance<AuditRetention> auditRetention;

    @Inject
    private Instance<QuotaKeeping> quotas;

    @Inject
    private Instance<UsageTable> usage;

    @Inject
    private Instance<RequestCount> requests;

    @Inject
    private Instance<FileCompaction> compaction;

    @Inject
    private Instance<Publishers> publishers;

    @Inject
    private Instance<EnvironmentCensus> census;

    @Inject
    private ServerState state;

    private final List<ScheduledFuture<?>> periodic = new ArrayList<>();

    @PostConstruct
    void start() {
        try {
            LogFields.offer();
            check.requireGood();
            IdentityMode mode = IdentityMode.of(settings);
            Path data = shared.get().dataDirectory();
            directory.take(data);
            soleServer.get();
            if (mode == IdentityMode.DEVELOPMENT) {
                new DevelopmentIdentity(data).prepare();
            }
            // To try the host is to wait for processes, and to open the database takes as long.
            try (Meanwhile<Guarantees> tried = Meanwhile.begin(
                    scheduler, TRIAL_AT_MOST, () -> backend.get().guarantees())) {
                apiKeys.get().load();
                tried.get();
            }
            images.get();
            MissingLimits.requireBearable(
                    backend.get().guarantees(),
                    publishers.get().count(),
                    settings.get(ServerConfig.ACCEPT_MISSING_LIMITS));
            // From the first output on somebody makes room.
            eviction.get();
            quotas.get().load();
            recovery.get().replay();
            usage.get().resume();
            provisioner.get().endUnfinished();
            recovery.get().recover(services.get().resume(reconciler.get().reconcile()));
            census.get().count();
            schedule();
            state.started();
            OrderlyExit.onTermination();
            Guarantees guarantees = backend.get().guarantees();
            LOG.log(Level.INFO, "Sandboxes of this host hold: {0}, and can have: {1}", new Object[] {
                guarantees.held(), guarantees.offered()
            });
            LOG.log(
                    Level.INFO,
                    "Sandboxes may use {0} MiB of memory together, those of one organization half of it",
                    Long.toString(environments.get().memoryMib()));
            if (mode == IdentityMode.DEVELOPMENT) {
                new DevelopmentBanner(server.get()).print(new DevelopmentIdentity(data).issue());
            }
        } catch (IOException | RuntimeException broken) {
            stop("Sandlot can't start", broken);
        }
    }

    /** A server that can't do its work does not pretend to: it says why in one sentence and ends. */
    private void stop(String what, Exception broken) {
        String why = Failures.sentence(broken);
        LOG.log(Level.SEVERE, "{0}: {1}", new Object[] {what, why});
        Failures.log(LOG, Level.FINE, broken, () -> what);
        state.failed(why);
        if (exitsOnFailure()) {
            // An orderly exit would wait half a minute for the thread that asks for it. What runs, runs on.
            backends.closeMade();
            Runtime.getRuntime().halt(1);
        }
    }

    private boolean exitsOnFailure() {
        try {
            return settings.get(ServerConfig.EXIT_ON_FAILURE);
        } catch (IllegalArgumentException refused) {
            return true;
        }
    }

    private void schedule() {
        every(200, () -> executions.get().flush());
        every(200, () -> audit.get().flush());
        every(2_000, () -> quotas.get().refresh());
        every(5_000, () -> requests.get().flush());
        every(1_000, this::keepDatabase);
        every(1_000, () -> backend.get().sweep());
        every(1_000, () -> reconciler.get().reap());
        every(1_000, () -> listening.get().check());
        // Where H2's classes are not laid down there is nothing of it to look after.
        if (compaction.isResolvable()) {
            every(1_000, () -> compaction.get().sweep());
        }
        every(2_000, () -> eviction.get().sweep());
        every(10_000, () -> census.get().count());
        every(10_000, () -> deviceLogins.get().sweep());
        every(60_000, () -> reconciler.get().reconcile());
        every(60_000, () -> reconciler.get().collectImages());
        every(60_000, () -> keys.get().sweep());
        every(60_000, () -> apiKeys.get().sweep());
        every(60_000, () -> retention.get().sweep());
        every(60_000, () -> auditRetention.get().sweep());
        every(60_000, () -> usage.get().sweep());
    }

    /** Ends the server when it has lost its database: the environments are another server's to decide on now. */
    private void keepDatabase() {
        if (!soleServer.get().isStillSole()) {
            stop(
                    "Sandlot ends",
                    new IOException("Another server has taken the database while the connection to it was broken"));
        }
    }

    private void every(long millis, Runnable work) {
        AtomicBoolean failing = new AtomicBoolean();
        periodic.add(
                scheduler.scheduleWithFixedDelay(() -> guarded(work, failing), millis, millis, TimeUnit.MILLISECONDS));
    }

    /** Runs what is done again and again: a failure must not end the series, and a series of failures must not fill the log. */
    private static void guarded(Runnable work, AtomicBoolean failing) {
        try {
            work.run();
            failing.set(false);
        } catch (RuntimeException broken) {
            Level level = failing.getAndSet(true) ? Level.FINE : Level.WARNING;
            Failures.log(LOG, level, broken, () -> "Periodic work failed; it is tried again");
        }
    }

    @PreDestroy
    void end() {
        periodic.forEach(work -> work.cancel(false));
        if (state.isStarted()) {
            guarded(() -> requests.get().flush(), new AtomicBoolean());
        }
        // Before the connections go: a service whose connection ends has not ended.
        supervisor.get().stop();
    }
}
