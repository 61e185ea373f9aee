package dev.sandlot.task;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.Members;
import dev.sandlot.http.Members.Texts;
import dev.sandlot.image.CommandUser;
import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Assignment;
import dev.sandlot.task.TaskDefinition.Commands;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskDefinition.Origin;
import dev.sandlot.task.TaskDefinition.Sandbox;
import dev.sandlot.task.TaskDefinition.Setup;
import dev.sandlot.task.TaskMetadata.Part;
import dev.sandlot.task.TaskMetadata.Text;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a task's definition out of its members, wherever they come from, and collects what is wrong with them. Whatever
 * passes can be stored with each environment that is made from it, and handed to a sandbox.
 */
final class TaskReader {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** Stands in for a name that is none. */
    private static final String NO_NAME = "none";

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
        this.members = Members.of(members, Texts.UNQUOTED, faults, "body");
        this.folder = folder;
        this.faults = faults;
    }

    /** Reads the whole; what is returned is to be used only when no fault was collected. */
    TaskDefinition read(Origin origin) {
        members.require("instruction");
        members.require("verification");
        return new TaskDefinition(
                new TaskId(matching("org", WorkspaceId.SLUG), matching("name", TaskId.NAME), version()),
                origin,
                members.flag("is_public"),
                new Assignment(
                        members.text("instruction", INSTRUCTION_MAX).orElse(""),
                        members.part("variables", VARIABLES_MAX).texts(),
                        verification()),
                new Sandbox(
                        image(),
                        new LimitsReader(members.part("limits", WORD_MAX)).read(),
                        NetworkReader.read(members.part("network", WORD_MAX))),
                new Commands(env(), workdir(), user()),
                new Setup(
                        new FilesReader(members.part("files", FilesReader.FILES_MAX), folder).read(),
                        script("provision")),
                new ServicesReader(members.part("services", ServicesReader.SERVICES_MAX)).read(),
                script("teardown"),
                metadata());
    }

    private Map<String, Object> verification() {
        return new LinkedHashMap<>(
                members.part("verification", Integer.MAX_VALUE).all());
    }

    private String matching(String name, Pattern pattern) {
        members.require(name);
        Optional<String> value = members.text(name, WORD_MAX).filter(text -> !text.isEmpty());
        if (value.isPresent() && !pattern.matcher(value.get()).matches()) {
            members.badValue("Must match " + pattern, name);
            return NO_NAME;
        }
        return value.orElse(NO_NAME);
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
            return Optional.empty();
        }
        return workdir;
    }

    private Optional<String> user() {
        Optional<String> user = members.text("user", USER_MAX);
        if (user.isPresent() && !CommandUser.isOne(user.get())) {
            members.badValue("Must be " + CommandUser.FORM, "user");
            return Optional.empty();
        }
        return user;
    }

    /** A script is its text, or an object of its text and timeout. */
    private Optional<TaskScript> script(String name) {
        Object value = members.value(name);
        if (value == null) {
            return Optional.empty();
        }
        Members script =
                value instanceof Map ? members.part(name, WORD_MAX) : Members.of(Map.of(), Texts.UNQUOTED, faults);
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

    private TaskMetadata metadata() {
        Map<Text, String> texts = new EnumMap<>(Text.class);
        for (Text text : Text.values()) {
            members.text(text.word(), text.charactersMax()).ifPresent(value -> texts.put(text, value));
        }
        texts.computeIfPresent(Text.DIFFICULTY, (same, word) -> word.toLowerCase(Locale.ROOT));
        if (!Difficulty.isOne(texts.getOrDefault(Text.DIFFICULTY, "easy"))) {
            members.badValue("Must be " + Difficulty.FORM, Text.DIFFICULTY.word());
        }
        Map<Part, Object> parts = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            Object value = members.value(part.word());
            if (value != null) {
                parts.put(part, value);
            }
        }
        return new TaskMetadata(texts, tags(), parts);
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
