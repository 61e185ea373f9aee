package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.image.ImageRef;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskNetwork.Target;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task may want that somebody publishes over HTTP, and how many there may be. Tasks from files are the operator's
 * and may want anything.
 *
 * @param registries those whose images it may use
 * @param egress whether it may have a way out
 * @param limits the most that its sandboxes may use
 * @param trustedOrgs whose public tasks others mean by a name alone, in this order
 * @param versionsPerOrg how many versions an organization may have
 * @param bytesPerOrg how long their definitions may be together
 */
@Singleton
public record PublishPolicy(
        List<String> registries,
        boolean egress,
        SandboxLimits limits,
        List<String> trustedOrgs,
        int versionsPerOrg,
        long bytesPerOrg)
        implements Configured {
    private static final long MEBIBYTE = 1 << 20;
    private static final Setting<List<String>> REGISTRIES = Setting.of(
            "sandlot.registries",
            Kind.list("registry,…", ImageRef::registryNamed),
            "",
            "whose images published tasks may use; tasks from files may use any");
    private static final Setting<Boolean> EGRESS = Setting.of(
            "sandlot.published.egress",
            Kind.yesOrNo(),
            "false",
            "whether published tasks may have a network; tasks from files may anyway");
    private static final Setting<List<String>> TRUSTED_ORGS = Setting.of(
            "sandlot.trusted.orgs",
            Kind.list("org,…", PublishPolicy::organization),
            "",
            "organizations whose public tasks are meant by their names alone");
    private static final Setting<Integer> VERSIONS_PER_ORG = Setting.of(
            "sandlot.published.versions.per.org", Kind.count(0), "1000", "published versions of an organization");
    private static final Setting<Long> MEBIBYTES_PER_ORG = Setting.of(
            "sandlot.published.mib.per.org", Kind.mebibytes(0), "64", "an organization's published definitions");

    public PublishPolicy {
        registries = List.copyOf(registries);
        trustedOrgs = trustedOrgs.stream().map(PublishPolicy::organization).toList();
        VERSIONS_PER_ORG.require(versionsPerOrg);
        MEBIBYTES_PER_ORG.require(bytesPerOrg);
    }

    @Inject
    PublishPolicy(Settings settings, LimitConfig limits) {
        this(
                settings.get(REGISTRIES),
                settings.get(EGRESS),
                limits.published(),
                settings.get(TRUSTED_ORGS),
                settings.get(VERSIONS_PER_ORG),
                settings.get(MEBIBYTES_PER_ORG));
    }

    private static String organization(String name) {
        if (!WorkspaceId.SLUG.matcher(name).matches()) {
            throw new IllegalArgumentException("not an organization: " + name);
        }
        return name;
    }

    /** Collects what is not allowed. */
    void check(TaskDefinition task, Faults faults) {
        if (task.sandbox().image() instanceof Image.Oci oci
                && !registries.contains(oci.ref().registry())) {
            faults.badValue("Must be host, or from a registry in the operator's SANDLOT_REGISTRIES", "body", "image");
        }
        if (task.sandbox().network().isOpen() && !egress) {
            faults.badValue(
                    "Must be empty: the operator has not set SANDLOT_PUBLISHED_EGRESS", "body", "network", "allow");
        } else if (task.sandbox().network().allow().stream().anyMatch(Target::isSpecial)) {
            faults.badValue("Must not name private addresses", "body", "network", "allow");
        }
        TaskLimits wanted = task.sandbox().limits();
        checkLimit("memory", wanted.memoryBytes(), limits.memoryBytes(), mebibytes(limits.memoryBytes()), faults);
        checkLimit("cpu", wanted.cpuMillis(), limits.cpuMillis(), limits.cpuMillis() / 1000.0 + "", faults);
        checkLimit("pids", wanted.pids(), limits.pids(), limits.pids() + "", faults);
        checkLimit("disk", wanted.diskBytes(), limits.diskBytes(), mebibytes(limits.diskBytes()), faults);
        checkLimit("open_files", wanted.openFiles(), limits.openFiles(), limits.openFiles() + "", faults);
    }

    private static String mebibytes(long bytes) {
        return bytes / MEBIBYTE + "Mi";
    }

    private static void checkLimit(String name, @Nullable Long wanted, long most, String words, Faults faults) {
        if (wanted != null && wanted > most) {
            faults.badValue(
                    "Must be at most " + words + ", the operator's SANDLOT_PUBLISHED_LIMIT for it",
                    "body",
                    "limits",
                    name);
        }
    }

    /**
     * Throws CONFLICT for a task that was published when more was allowed: the settings of today count, not those of then.
     */
    public void requireAllowed(TaskDefinition task) {
        if (task.isOperators()) {
            return;
        }
        Faults faults = new Faults();
        check(task, faults);
        if (!faults.isEmpty()) {
            throw new ApiException(
                    ErrorType.CONFLICT, "The task wants more than published tasks may have now: " + faults.sentence());
        }
    }
}
