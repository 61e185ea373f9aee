package dev.sandlot.task;

import dev.sandlot.errors.Faults;
import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskNetwork.Target;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/**
 * What a task may want that somebody publishes over HTTP. Tasks from files are the operator's and may want anything.
 *
 * @param registries those whose images it may use
 * @param egress whether it may have a way out
 */
public record PublishPolicy(List<String> registries, boolean egress) {
    public PublishPolicy {
        registries = List.copyOf(registries);
    }

    /** Reads the settings. */
    static PublishPolicy from(Config config) {
        return new PublishPolicy(
                config.getOptionalValues("sandlot.registries", String.class).orElse(List.of()).stream()
                        .map(ImageRef::registryNamed)
                        .toList(),
                config.getOptionalValue("sandlot.published.egress", Boolean.class)
                        .orElse(false));
    }

    /** Collects what is not allowed. */
    void check(TaskDefinition task, Faults faults) {
        if (task.image() instanceof Image.Oci oci
                && !registries.contains(oci.ref().registry())) {
            faults.badValue("Must be host, or from a registry in the operator's SANDLOT_REGISTRIES", "body", "image");
        }
        if (task.network().isOpen() && !egress) {
            faults.badValue(
                    "Must be empty: the operator has not set SANDLOT_PUBLISHED_EGRESS", "body", "network", "allow");
        } else if (task.network().allow().stream().anyMatch(Target::isSpecial)) {
            faults.badValue("Must not name private addresses", "body", "network", "allow");
        }
    }
}
