package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Faults;
import dev.sandlot.image.ImageRef;
import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskNetwork.Target;
import java.util.List;
import org.eclipse.microprofile.config.Config;
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
public record PublishPolicy(
        List<String> registries,
        boolean egress,
        SandboxLimits limits,
        List<String> trustedOrgs,
        int versionsPerOrg,
        long bytesPerOrg) {
    private static final long MEBIBYTE = 1 << 20;

    public PublishPolicy {
        registries = List.copyOf(registries);
        trustedOrgs = List.copyOf(trustedOrgs);
        if (!trustedOrgs.stream().allMatch(org -> WorkspaceId.SLUG.matcher(org).matches())) {
            throw new IllegalArgumentException("SANDLOT_TRUSTED_ORGS must be organizations: org,org,…");
        }
        if (versionsPerOrg < 0) {
            throw new IllegalArgumentException("SANDLOT_PUBLISHED_VERSIONS_PER_ORG must be at least 0");
        }
        if (bytesPerOrg < 0) {
            throw new IllegalArgumentException("SANDLOT_PUBLISHED_MIB_PER_ORG must be at least 0");
        }
    }

    /** Reads the settings. */
    static PublishPolicy from(Config config) {
        return new PublishPolicy(
                list(config, "sandlot.registries").stream()
                        .map(ImageRef::registryNamed)
                        .toList(),
                config.getOptionalValue("sandlot.published.egress", Boolean.class)
                        .orElse(false),
                LimitSettings.published(config),
                list(config, "sandlot.trusted.orgs").stream().map(String::strip).toList(),
                config.getOptionalValue("sandlot.published.versions.per.org", Integer.class)
                        .orElse(1000),
                config.getOptionalValue("sandlot.published.mib.per.org", Integer.class)
                                .orElse(64)
                        * MEBIBYTE);
    }

    private static List<String> list(Config config, String name) {
        return config.getOptionalValues(name, String.class).orElse(List.of());
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
