package dev.sandlot.output;

import static java.util.Objects.requireNonNull;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Ceilings;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.metrics.Measured;
import dev.sandlot.metrics.Metrics;
import dev.sandlot.metrics.Readings;
import dev.sandlot.quota.Allowance;
import dev.sandlot.quota.Quotas;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.File;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What everybody keeps, outputs and records, and whether that is too much. What still grows is refused room where it
 * would be more than half of a bound, or an unfair share of the server's; what has ended makes room for it, in an order
 * that others see to ({@link EvictionOrder}): they are told when they are needed.
 */
@Singleton
public class KeptBytes implements Measured {
    private static final long STEP_MAX = 1 << 20;
    /** A bound is at least so many steps. */
    private static final int STEPS = 16;

    private static final int MIB_BITS = 20;

    private final KeptConfig config;
    private final Owners owners;
    private final Ceilings quotas;
    private final FreeDisk disk;
    private final Budget growing;
    private final ConcurrentMap<UUID, KeptAccount> accounts = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Organization> organizations = new ConcurrentHashMap<>();
    private final ConcurrentMap<WorkspaceId, Tally> workspaces = new ConcurrentHashMap<>();
    private final Tally server = new Tally();
    private final Set<UUID> full = ConcurrentHashMap.newKeySet();
    private volatile Runnable whenFull = () -> {};

    @Inject
    public KeptBytes(KeptConfig config, OutputConfig outputs, Owners owners, Quotas quotas) {
        this(
                config,
                owners,
                quotas.of(Allowance.KEPT_MIB).in(mib -> mib << MIB_BITS),
                new FreeDisk(() -> free(outputs.directory().toFile()), config.diskReserve()));
    }

    /** {@code quotas}: in bytes. */
    KeptBytes(KeptConfig config, Owners owners, Ceilings quotas, FreeDisk disk) {
        this.config = config;
        this.owners = owners;
        this.quotas = quotas;
        this.disk = disk;
        Bounds bounds = config.bounds();
        this.growing = new Budget(
                        "bytes of outputs that grow",
                        "wait",
                        new Bounds(
                                half(bounds.perEnvironment()),
                                Bounds.NONE,
                                half(bounds.perOrganization()),
                                half(bounds.perServer())))
                .under(quotas.in(KeptBytes::half));
    }

    private static long half(long bound) {
        return Math.max(1, bound / 2);
    }

    /** Nothing of a folder that can't be made. */
    private static long free(File folder) {
        return folder.exists() || folder.mkdirs() ? folder.getUsableSpace() : 0;
    }

    /** What the environments of an organization keep together. */
    private record Organization(Tally tally, Set<KeptAccount> accounts) {
        Organization() {
            this(new Tally(), ConcurrentHashMap.newKeySet());
        }
    }

    /** What an organization keeps. */
    record OrganizationHeld(String org, Held held) {}

    /** What a workspace keeps that has a quota of its own. */
    record WorkspaceHeld(WorkspaceId workspace, Held held, long bound) {}

    /** {@code work} is called, by whoever keeps something, each time that it is more than may be. It must be quick. */
    public void whenFull(Runnable work) {
        whenFull = work;
    }

    /** The account of a tenant's environment. */
    public KeptAccount account(Tenant tenant) {
        return accounts.computeIfAbsent(tenant.environment().orElseThrow(), id -> {
            Organization organization =
                    organizations.computeIfAbsent(tenant.workspace().org(), org -> new Organization());
            Tally workspace = workspaces.computeIfAbsent(tenant.workspace(), first -> new Tally());
            KeptAccount account = new KeptAccount(id, tenant, List.of(workspace, organization.tally(), server));
            organization.accounts().add(account);
            return account;
        });
    }

    /** The account of an environment whose owner has to be looked up; throws when there is none. */
    KeptAccount account(UUID environment) {
        return find(environment)
                .orElseGet(() -> account(owners.owner(environment).orElseThrow()));
    }

    public Optional<KeptAccount> find(UUID environment) {
        return Optional.ofNullable(accounts.get(environment));
    }

    public Collection<KeptAccount> accounts() {
        return accounts.values();
    }

    /** The environment and all of its records are gone. */
    public void forget(UUID environment) {
        KeptAccount account = accounts.remove(environment);
        if (account != null) {
            account.close();
            organization(account.org()).accounts().remove(account);
            full.remove(environment);
        }
    }

    /** The record of an execution that has ended is stored. */
    public void recorded(UUID environment, long recordBytes, long outputBytes) {
        KeptAccount account = accounts.get(environment);
        if (account != null) {
            account.add(new Held(0, outputBytes, recordBytes, 1));
            check(account);
        }
    }

    /** How much a file may grow at once. */
    long step() {
        return Math.max(1, Math.min(STEP_MAX, config.bounds().perEnvironment() / STEPS));
    }

    /** Room for more of an output; empty when there is none now. */
    Optional<Share> take(KeptAccount account, long bytes) {
        if (isFarOver(account, bytes)) {
            full.add(account.environment());
            whenFull.run();
            return Optional.empty();
        }
        if (!disk.promise(bytes)) {
            whenFull.run();
            return Optional.empty();
        }
        Optional<Share> share = growing.tryTake(account.tenant(), bytes);
        if (share.isEmpty()) {
            disk.settle(bytes);
        } else {
            account.add(new Held(bytes, bytes, 0, 0));
            check(account);
        }
        return share;
    }

    /**
     * Whoever makes room does not come after, the database being away say: then there is an end; where it is the server's
     * bound, for the organization that keeps the most.
     */
    private boolean isFarOver(KeptAccount account, long more) {
        Bounds bounds = config.bounds();
        Held organization = organization(account.org()).tally().held();
        return isFarOver(account.held(), more, bounds.perEnvironment())
                || isFarOver(held(account.workspace()), more, bound(account.workspace()))
                || isFarOver(organization, more, bound(account.org()))
                || (isFarOver(server.held(), more, bounds.perServer())
                        && organizations().stream()
                                .allMatch(other -> other.held().total() <= organization.total()));
    }

    /** The most that an organization may keep. */
    public long bound(String org) {
        return quotas.ofOrganization(org, config.bounds().perOrganization());
    }

    /** The most that a workspace may keep; without a quota as much as its organization. */
    public long bound(WorkspaceId workspace) {
        return quotas.ofWorkspace(workspace, bound(workspace.org()));
    }

    /** What a workspace keeps. */
    public Held held(WorkspaceId workspace) {
        Tally tally = workspaces.get(workspace);
        return tally == null ? Held.NOTHING : tally.held();
    }

    /** What an organization keeps. */
    public Held held(String org) {
        Organization known = organizations.get(org);
        return known == null ? Held.NOTHING : known.tally().held();
    }

    /** Those of which less than of their organizations may be kept. */
    List<WorkspaceHeld> bounded() {
        return workspaces.entrySet().stream()
                .map(entry -> new WorkspaceHeld(entry.getKey(), entry.getValue().held(), bound(entry.getKey())))
                .filter(one -> one.bound() < bound(one.workspace().org()))
                .toList();
    }

    private static boolean isFarOver(Held held, long more, long bound) {
        return held.total() - bound > bound / 2 - more;
    }

    /** An output that an earlier server began to keep has so many bytes. */
    Share adopt(KeptAccount account, long bytes) {
        account.add(new Held(bytes, bytes, 0, 0));
        check(account);
        return growing.adopt(account.tenant(), bytes);
    }

    /** So many of the bytes that were taken are written, or will not be. */
    void written(long bytes) {
        disk.settle(bytes);
    }

    /** An output for which so much was taken has ended, and its file has that size. */
    void settle(KeptAccount account, long taken, long size) {
        account.add(new Held(-taken, FreeDisk.taken(size) - taken, 0, 0));
        check(account);
    }

    /** Whether an environment, its organization or the server keeps more than it may; then somebody is told. */
    public void check(KeptAccount account) {
        Bounds bounds = config.bounds();
        boolean isFull = isFull(account);
        if (isFull) {
            full.add(account.environment());
        }
        if (isFull
                || isOver(held(account.workspace()), bound(account.workspace()))
                || isOver(organization(account.org()).tally().held(), bound(account.org()))
                || isOver(server.held(), bounds.perServer())) {
            whenFull.run();
        }
    }

    private boolean isFull(KeptAccount account) {
        Held held = account.held();
        return isOver(held, config.bounds().perEnvironment()) || held.executions() > config.records();
    }

    /** Records may be half of all, so that there is always something else that can go. */
    static boolean isOver(Held held, long bound) {
        return held.total() > bound || held.records() > half(bound);
    }

    /** An organization that has, or had, an account. */
    private Organization organization(String org) {
        return requireNonNull(organizations.get(org), org);
    }

    /** Environments that keep more than they may by themselves. */
    List<KeptAccount> full() {
        full.removeIf(id -> find(id).filter(this::isFull).isEmpty());
        return full.stream().flatMap(id -> find(id).stream()).toList();
    }

    List<OrganizationHeld> organizations() {
        return organizations.entrySet().stream()
                .map(entry -> new OrganizationHeld(
                        entry.getKey(), entry.getValue().tally().held()))
                .toList();
    }

    Collection<KeptAccount> accounts(String org) {
        return organization(org).accounts();
    }

    Collection<KeptAccount> accounts(WorkspaceId workspace) {
        return accounts(workspace.org()).stream()
                .filter(account -> account.workspace().equals(workspace))
                .toList();
    }

    /** What all keep together. */
    public Held inAll() {
        return server.held();
    }

    @Override
    public void measure(Readings readings) {
        Held held = server.held();
        readings.set(Metrics.KEPT, "outputs", held.outputs());
        readings.set(Metrics.KEPT, "records", held.records());
        readings.set(Metrics.KEPT_LIMIT, config.bounds().perServer());
    }

    /** How much of the disk's reserve is used up. */
    long diskMissing() {
        return disk.missing();
    }

    KeptConfig config() {
        return config;
    }
}
