package dev.sandlot.sandbox.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.sandbox.Guarantees;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxHost;
import dev.sandlot.sandbox.keeper.HostIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The local backend, in one of the ways in which a host may let it work. At the end nothing of it may be left. */
final class LocalHost implements SandboxHost, BeforeAllCallback, AfterAllCallback, ParameterResolver {
    private static final CgroupLayout NO_CGROUPS = new CgroupLayout(Optional.empty(), Set.of(), Map.of());

    /** So many keepers stand ready, where they may. */
    static final int WARM = 2;

    private static final int UID_RANGES = 64;
    /** Beyond those of servers; what the kernel counts by user is not counted together with the tests of another JVM. */
    private static final long UID_BASE =
            (1L << 29) + (long) UID_RANGES * HostIds.COUNT * Integer.getInteger("sandlot.fork", 0);

    private final AccessOf access;
    private final Program program;
    private final Optional<RuntimeKind> runtime;
    private final Behind behind = new Behind();
    private @Nullable Path data;
    private @Nullable LocalBackend local;

    private LocalHost(AccessOf access, Program program) {
        this(access, program, Optional.empty());
    }

    private LocalHost(AccessOf access, Program program, Optional<RuntimeKind> runtime) {
        this.access = access;
        this.program = program;
        this.runtime = runtime;
    }

    @FunctionalInterface
    private interface AccessOf {
        HostAccess access(LocalConfig config) throws IOException;
    }

    @FunctionalInterface
    private interface Program {
        Path put(Path folder) throws IOException, InterruptedException;
    }

    /** With the rights and the control groups that there are. */
    static LocalHost asItIs() {
        return new LocalHost(HostAccess::detect, KeeperBinary::unpack);
    }

    /** As root, where control groups are out of reach. */
    static LocalHost withoutCgroups() {
        return new LocalHost(config -> new HostAccess(true, NO_CGROUPS, Optional.empty()), KeeperBinary::unpack);
    }

    /** With a keeper that ends at the first access that is not its own, and at the first undefined behaviour. */
    static LocalHost sanitized() {
        return new LocalHost(HostAccess::detect, folder -> {
            KeeperSources.make("sanitized", folder);
            return folder.resolve("keeper-sanitized");
        });
    }

    /** With containers of that runtime. */
    static LocalHost of(RuntimeKind runtime) {
        return new LocalHost(HostAccess::detect, KeeperBinary::unpack, Optional.of(runtime));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        if (isWithin(context)) {
            return;
        }
        runtime.map(RuntimeKind::program)
                .ifPresent(name -> assumeTrue(Programs.find(name).isPresent(), name + " is not installed"));
        Path folder = Files.createTempDirectory("sandlot-test");
        LocalConfig config = new LocalConfig(
                folder,
                UID_BASE,
                UID_RANGES,
                false,
                runtime.map(RuntimeKind::program).flatMap(Programs::find).map(OciRuntime::new),
                Optional.empty(),
                WARM);
        data = folder;
        local = LocalBackend.start(config, access.access(config), program.put(folder), behind);
    }

    /** A class within the one that has registered this uses what that has started. */
    static boolean isWithin(ExtensionContext context) {
        return context.getRequiredTestClass().getEnclosingClass() != null;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == SandboxHost.class || type == LocalHost.class;
    }

    /** It is the host that suites within the class try. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return this;
    }

    @Override
    public SandboxBackend backend() {
        return local();
    }

    LocalBackend local() {
        return requireNonNull(local);
    }

    /** What the backend does behind. */
    Behind behind() {
        return behind;
    }

    Path data() {
        return requireNonNull(data);
    }

    @Override
    public boolean holds(String limit) {
        Guarantees guarantees = local().guarantees();
        return guarantees.held().getOrDefault(limit, false)
                || guarantees.offered().getOrDefault(limit, false);
    }

    @Override
    public int many() {
        return hasOwnKernel() ? 50 : 1000;
    }

    @Override
    public boolean isKeeperInside() {
        return runtime.isPresent();
    }

    @Override
    public boolean isRootTheHostsRoot() {
        return !local().keepsOwners() && System.getProperty("user.name").equals("root");
    }

    @Override
    public boolean countsApart() {
        return local().keepsOwners() && runtime.isEmpty();
    }

    @Override
    public boolean hasOwnKernel() {
        return runtime.filter(RuntimeKind::hasKernel).isPresent();
    }

    @Override
    public void lookAfter() {
        local().sweep();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (isWithin(context) || local == null) {
            return;
        }
        assertThat(local().list()).isEmpty();
        local().close();
        behind.close();
        CgroupLayout groups = local().cgroups();
        assertThat(Stream.concat(groups.version2().stream(), groups.version1().values().stream()))
                .noneMatch(Files::exists);
        try (Stream<Path> left = Files.walk(data())) {
            assertThat(left.filter(path -> path.toString().endsWith(".sock"))).isEmpty();
        }
        try (Stream<Path> all = Files.walk(data())) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
