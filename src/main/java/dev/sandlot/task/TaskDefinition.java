package dev.sandlot.task;

import dev.sandlot.image.CommandUser;
import dev.sandlot.image.ImageRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One version of a task: what an environment is built from. Immutable once published. No two of its parts are of one
 * type, so that none can be taken for another.
 *
 * @param services servers that run in an environment
 * @param teardown run before an environment is torn down
 */
public record TaskDefinition(
        TaskId id,
        Origin origin,
        boolean isPublic,
        Assignment assignment,
        Sandbox sandbox,
        Commands commands,
        Setup setup,
        List<TaskService> services,
        Optional<TaskScript> teardown,
        TaskMetadata metadata) {
    public TaskDefinition {
        services = List.copyOf(services);
    }

    /** The same one, for everybody to see or for its organization alone. */
    TaskDefinition seenByAll(boolean all) {
        return new TaskDefinition(id, origin, all, assignment, sandbox, commands, setup, services, teardown, metadata);
    }

    /**
     * Where a definition comes from.
     *
     * @param sha256 of the definition's bytes, in hex
     * @param size of the definition, in bytes
     * @param createdBy who published it; empty for one from a file
     */
    public record Origin(String sha256, long size, Instant changedAt, Optional<String> createdBy) {
        public Origin {
            if (size < 0) {
                throw new IllegalArgumentException("a definition of " + size + " bytes");
            }
        }
    }

    /**
     * What is to be done in an environment.
     *
     * @param instruction for an agent, with placeholders
     * @param variables fill in the placeholders, as a provision's inputs do
     * @param verification how it is judged; shown as it is
     */
    public record Assignment(String instruction, Map<String, String> variables, Map<String, Object> verification) {
        public Assignment {
            variables = Map.copyOf(variables);
        }
    }

    /**
     * What an environment's sandbox is.
     *
     * @param image what the root file system is made from
     * @param network what its commands may reach
     */
    public record Sandbox(Image image, TaskLimits limits, TaskNetwork network) {}

    /** The source of a root file system. */
    public sealed interface Image {
        /** The host's own programs, read-only, with a made-up {@code /etc}. */
        record Host() implements Image {}

        /** A directory of the host, used read-only. */
        record Directory(Path path) implements Image {}

        /** An image of a registry. */
        record Oci(ImageRef ref) implements Image {}
    }

    /**
     * What every command of an environment gets.
     *
     * @param workdir where it starts; empty: where the image says
     * @param user who runs it; empty: whom the image says
     */
    public record Commands(Map<String, String> env, Optional<String> workdir, Optional<String> user) {
        public Commands {
            env = Map.copyOf(env);
            if (!workdir.map(SeedFile::isPath).orElse(true)) {
                throw new IllegalArgumentException("no absolute path: " + workdir);
            }
            if (!user.map(CommandUser::isOne).orElse(true)) {
                throw new IllegalArgumentException("no user: " + user);
            }
        }
    }

    /**
     * What is done in an environment before its first command.
     *
     * @param files what it begins with
     * @param provision run when they are there; the environment fails with it
     */
    public record Setup(List<SeedFile> files, Optional<TaskScript> provision) {
        public Setup {
            files = List.copyOf(files);
        }
    }

    /** True when it is the operator's, built in or from a file: nobody has published it over HTTP. */
    public boolean isOperators() {
        return origin.createdBy().isEmpty();
    }

    /** True when a caller of that organization may see it. */
    public boolean isVisibleTo(String callersOrg) {
        return isPublic || id.org().equals(callersOrg);
    }
}
