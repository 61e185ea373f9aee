package dev.sandlot.task;

import dev.sandlot.image.ImageRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version of a task: what an environment is built from. Immutable once published.
 *
 * @param org the organization that owns it
 * @param image what the root file system is made from
 * @param env variables of every command
 * @param variables service variables: they fill in the instruction's placeholders, as a provision's inputs do
 * @param workdir where commands start; empty: where the image says
 * @param network what its commands may reach
 * @param files what an environment begins with
 * @param services servers that run in an environment
 * @param provision run when an environment is made; it fails with it
 * @param teardown run before an environment is torn down
 * @param described free metadata, shown as it is
 * @param sha256 of the definition's bytes, in hex
 * @param size of the definition, in bytes
 * @param createdBy who published it; empty for one from a file
 */
public record TaskDefinition(
        String org,
        String name,
        TaskVersion version,
        boolean isPublic,
        String instruction,
        Map<String, Object> verification,
        Image image,
        Map<String, String> env,
        Map<String, String> variables,
        Optional<String> workdir,
        Optional<String> user,
        TaskLimits limits,
        TaskNetwork network,
        List<SeedFile> files,
        List<TaskService> services,
        Optional<TaskScript> provision,
        Optional<TaskScript> teardown,
        Described described,
        String sha256,
        long size,
        Instant changedAt,
        Optional<String> createdBy) {
    public TaskDefinition {
        env = Map.copyOf(env);
        variables = Map.copyOf(variables);
        files = List.copyOf(files);
        services = List.copyOf(services);
    }

    /** Where a root file system comes from. */
    public sealed interface Image {
        /** The host's own programs, read-only, with a made-up {@code /etc}. */
        record Host() implements Image {}

        /** A directory of the host, used read-only. */
        record Directory(Path path) implements Image {}

        /** An image of a registry. */
        record Oci(ImageRef ref) implements Image {}
    }

    /** What a person reads of a task; Sandlot acts on none of it. */
    public record Described(
            @Nullable String description,
            @Nullable String difficulty,
            List<String> tags,
            @Nullable String author,
            @Nullable String license,
            @Nullable String repository,
            @Nullable String source,
            @Nullable Object ports,
            @Nullable Object provision,
            @Nullable Object teardown,
            @Nullable Object solution) {
        public Described {
            tags = List.copyOf(tags);
        }

        /** The same without the parts that may be large. */
        Described light() {
            return new Described(
                    description, difficulty, tags, author, license, repository, source, null, null, null, null);
        }
    }

    /** {@code org/name}, under which its versions are gathered. */
    public String key() {
        return org + "/" + name;
    }

    /** {@code org/name@version}: this and no other. */
    public String fullName() {
        return key() + "@" + version;
    }

    /** True when it is the operator's, built in or from a file: nobody has published it over HTTP. */
    public boolean isOperators() {
        return createdBy.isEmpty();
    }

    /** True when a caller of that organization may see it. */
    public boolean isVisibleTo(String callersOrg) {
        return isPublic || org.equals(callersOrg);
    }
}
