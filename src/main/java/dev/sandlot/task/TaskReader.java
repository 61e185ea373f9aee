package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import dev.sandlot.image.CommandUser;
import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Described;
import dev.sandlot.task.TaskDefinition.Image;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a task's definition out of its members, wherever they come from, and collects what is wrong with them. Whatever
 * passes can be stored with each environment that is made from it, and handed to a sandbox.
 */
final class TaskReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    static final Set<String> DIFFICULTIES = Set.of("easy", "medium", "hard");
    private static final TaskVersion NO_VERSION = new TaskVersion(0, 0, 0);
    private static final int INSTRUCTION_MAX = 1 << 20;
    private static final int SCRIPT_MAX = 1 << 20;
    private static final int IMAGE_MAX = 1024;
    private static final int USER_MAX = 256;
    /** With those of an image, a request and its secrets a command has no more than a keeper takes. */
    private static final int ENV_MAX = 128;

    private static final int ENV_CHARS_MAX = 64 << 10;
    private static final int VARIABLES_MAX = 256;
    private static final int WORD_MAX = 256;
    private static final int LINK_MAX = 1024;
    private static final int DESCRIPTION_MAX = 4096;
    private static final int TAGS_MAX = 64;
    private static final int TAG_MAX = 64;

    private final Members members;
    private final Optional<Path> folder;
    private final Faults faults;

    /**
     * Relative paths of images start at {@code folder}; without one, images are no directories: whoever publishes a task
     * may not name the host's.
     */
    TaskReader(Map<String, Object> members, Optional<Path> folder, Faults faults) {
        this.members = new Members(members, faults, "body");
        this.folder = folder;
        this.faults = faults;
    }

    /**
     * Where a definition comes from.
     *
     * @param by who published it
     */
    record Origin(String sha256, long size, Instant changedAt, Optional<String> by) {}

    /** To be used only when no fault was collected. */
    TaskDefinition read(Origin origin) {
        members.require("instruction");
        members.require("verification");
        return new TaskDefinition(
                matching("org", WorkspaceId.SLUG),
                matching("name", NAME),
                version(),
                members.flag("is_public"),
                members.text("instruction", INSTRUCTION_MAX).orElse(""),
                members.part("verification", Integer.MAX_VALUE).all(),
                image(),
                env(),
                members.part("variables", VARIABLES_MAX).texts(),
                workdir(),
                user(),
                new LimitsReader(members.part("limits", WORD_MAX)).read(),
                NetworkReader.read(members.part("network", WORD_MAX)),
                new FilesReader(members.part("files", FilesReader.FILES_MAX), folder).read(),
                new ServicesReader(members.part("services", ServicesReader.SERVICES_MAX)).read(),
                script("provision"),
                script("teardown"),
                described(),
                origin.sha256(),
                origin.size(),
                origin.changedAt(),
                origin.by());
    }

    private String matching(String name, Pattern pattern) {
        members.require(name);
        String value = members.text(name, WORD_MAX).orElse("");
        if (!value.isEmpty() && !pattern.matcher(value).matches()) {
            members.badValue("Must match " + pattern, name);
        }
        return value;
    }

    private TaskVersion version() {
        members.require("version");
        String text = members.text("version", WORD_MAX).orElse("");
        if (text.isEmpty() || TaskVersion.isVersion(text)) {
            return text.isEmpty() ? NO_VERSION : TaskVersion.parse(text);
        }
        members.badValue("Must be MAJOR.MINOR.PATCH", "version");
        return NO_VERSION;
    }

    private Image image() {
        String image = members.text("image", IMAGE_MAX).orElse("host");
        if (image.equals("host")) {
            return new Image.Host();
        }
        Optional<Path> directory = folder.flatMap(path -> below(path, image))
                .filter(path -> image.startsWith("/") || image.startsWith(".") || Files.isDirectory(path));
        return directory.isPresent() ? directory(directory.get()) : oci(image);
    }

    private static Optional<Path> below(Path folder, String image) {
        try {
            return Optional.of(folder.resolve(image).normalize());
        } catch (InvalidPathException none) {
            return Optional.empty();
        }
    }

    private Image directory(Path path) {
        if (!Files.isDirectory(path)) {
            members.badValue("Must be host, a directory or an image of a registry", "image");
        } else if (path.toString().contains(":") || path.toString().contains(",")) {
            members.badValue("Must be a path without colon and comma", "image");
        }
        return new Image.Directory(path.toAbsolutePath());
    }

    private Image oci(String image) {
        try {
            return new Image.Oci(ImageRef.parse(image));
        } catch (IllegalArgumentException malformed) {
            members.badValue("Must be host or an image of a registry, such as debian:12", "image");
            return new Image.Host();
        }
    }

    private Map<String, String> env() {
        Members env = members.part("env", ENV_MAX);
        Map<String, String> variables = env.texts();
        long chars = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (!VARIABLE.matcher(variable.getKey()).matches()) {
                env.badValue("Must be named with letters, digits and _", variable.getKey());
            }
            chars += variable.getKey().length() + variable.getValue().length();
        }
        if (chars > ENV_CHARS_MAX) {
            members.badValue("Must be at most " + ENV_CHARS_MAX + " characters", "env");
        }
        return variables;
    }

    private Optional<String> workdir() {
        Optional<String> workdir = members.text("workdir", LINK_MAX);
        if (workdir.isPresent() && !SeedFile.isPath(workdir.get())) {
            members.badValue("Must be an absolute path without ..", "workdir");
        }
        return workdir;
    }

    private Optional<String> user() {
        Optional<String> user = members.text("user", USER_MAX);
        if (user.isPresent() && !CommandUser.isOne(user.get())) {
            members.badValue("Must be " + CommandUser.FORM, "user");
        }
        return user;
    }

    /** Its text, or an object of its text and timeout. */
    private Optional<TaskScript> script(String name) {
        Object value = members.value(name);
        if (value == null) {
            return Optional.empty();
        }
        Members script = value instanceof Map ? members.part(name, WORD_MAX) : new Members(Map.of(), faults);
        Object shell = value instanceof Map ? script.value("script") : value;
        if (!(shell instanceof String text) || !isScript(text)) {
            members.badValue("Must be a script, or an object with a script, of at most 1 MiB", name);
            return Optional.empty();
        }
        long seconds = script.whole(
                "timeout_sec", 1, TaskScript.TIMEOUT_MAX.toSeconds(), TaskScript.TIMEOUT_DEFAULT.toSeconds());
        return Optional.of(new TaskScript(text, Duration.ofSeconds(seconds)));
    }

    private static boolean isScript(String text) {
        return !text.isEmpty() && text.indexOf('\0') < 0 && Members.bytes(text) <= SCRIPT_MAX;
    }

    private Described described() {
        String difficulty = members.text("difficulty", WORD_MAX)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .orElse(null);
        if (difficulty != null && !DIFFICULTIES.contains(difficulty)) {
            members.badValue("Must be easy, medium or hard", "difficulty");
        }
        return new Described(
                members.text("description", DESCRIPTION_MAX).orElse(null),
                difficulty,
                tags(),
                members.text("author", WORD_MAX).orElse(null),
                members.text("license", WORD_MAX).orElse(null),
                members.text("repository", LINK_MAX).orElse(null),
                members.text("source", LINK_MAX).orElse(null),
                members.value("ports"),
                members.value("provision"),
                members.value("teardown"),
                members.value("solution"));
    }

    private List<String> tags() {
        List<String> tags =
                members.list("tags", TAGS_MAX).stream().map(String::valueOf).toList();
        if (tags.stream().anyMatch(tag -> tag.length() > TAG_MAX || tag.indexOf('\n') >= 0)) {
            members.badValue("Must be lines of at most " + TAG_MAX + " characters", "tags");
        }
        return tags;
    }
}
