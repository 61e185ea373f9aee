package dev.sandlot.task;

import dev.sandlot.errors.Faults;
import dev.sandlot.image.ImageRef;
import dev.sandlot.task.TaskDefinition.Described;
import dev.sandlot.task.TaskDefinition.Image;
import dev.sandlot.task.TaskNetwork.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a task's definition out of its members, wherever they come from, and collects what is wrong with them. */
final class TaskReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");
    private static final Pattern ORG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})\\s*([KMGT]i?)?B?");
    private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");
    private static final int FILE_MAX = 1 << 20;
    private static final Set<String> DIFFICULTIES = Set.of("easy", "medium", "hard");
    private static final String UNITS = "KMGT";
    private static final TaskVersion NO_VERSION = new TaskVersion(0, 0, 0);

    private final Map<String, Object> members;
    private final Optional<Path> folder;
    private final Faults faults;

    /**
     * Relative paths of images start at {@code folder}; without one, images are no directories: whoever publishes a task
     * may not name the host's.
     */
    TaskReader(Map<String, Object> members, Optional<Path> folder, Faults faults) {
        this.members = members;
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
        return new TaskDefinition(
                matching("org", ORG),
                matching("name", NAME),
                version(),
                bool("is_public"),
                required("instruction"),
                verification(),
                image(),
                strings("env"),
                strings("variables"),
                workdir(),
                text("user"),
                limits(),
                network(),
                files(),
                new ServicesReader(faults).read(object("services")),
                script("provision"),
                script("teardown"),
                described(),
                origin.sha256(),
                origin.size(),
                origin.changedAt(),
                origin.by());
    }

    private Optional<String> text(String name) {
        Object value = members.get(name);
        if (value instanceof Map || value instanceof List) {
            faults.wrongType("a string", "body", name);
            return Optional.empty();
        }
        return Optional.ofNullable(value).map(String::valueOf);
    }

    private String required(String name) {
        if (!members.containsKey(name)) {
            faults.missing("body", name);
        }
        return text(name).orElse("");
    }

    private String matching(String name, Pattern pattern) {
        String value = required(name);
        if (!value.isEmpty() && !pattern.matcher(value).matches()) {
            faults.badValue("Must match " + pattern, "body", name);
        }
        return value;
    }

    private TaskVersion version() {
        String text = required("version");
        if (text.isEmpty() || TaskVersion.isVersion(text)) {
            return text.isEmpty() ? NO_VERSION : TaskVersion.parse(text);
        }
        faults.badValue("Must be MAJOR.MINOR.PATCH", "body", "version");
        return NO_VERSION;
    }

    private boolean bool(String name) {
        Object value = members.getOrDefault(name, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        faults.wrongType("true or false", "body", name);
        return false;
    }

    private Map<String, Object> verification() {
        if (!members.containsKey("verification")) {
            faults.missing("body", "verification");
        }
        return object("verification");
    }

    private Map<String, Object> object(String name) {
        Object value = members.getOrDefault(name, Map.of());
        if (!(value instanceof Map<?, ?> map)) {
            faults.wrongType("an object", "body", name);
            return Map.of();
        }
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, member) -> {
            if (member != null) {
                object.put(String.valueOf(key), member);
            }
        });
        return object;
    }

    private Image image() {
        String image = text("image").orElse("host");
        if (image.equals("host")) {
            return new Image.Host();
        }
        Optional<Path> directory = folder.map(path -> path.resolve(image).normalize())
                .filter(path -> image.startsWith("/") || image.startsWith(".") || Files.isDirectory(path));
        return directory.isPresent() ? directory(directory.get()) : oci(image);
    }

    private Image directory(Path path) {
        if (!Files.isDirectory(path)) {
            faults.badValue("Must be host, a directory or an image of a registry", "body", "image");
        } else if (path.toString().contains(":") || path.toString().contains(",")) {
            faults.badValue("Must be a path without colon and comma", "body", "image");
        }
        return new Image.Directory(path.toAbsolutePath());
    }

    private Image oci(String image) {
        try {
            return new Image.Oci(ImageRef.parse(image));
        } catch (IllegalArgumentException malformed) {
            faults.badValue("Must be host or an image of a registry, such as debian:12", "body", "image");
            return new Image.Host();
        }
    }

    private Map<String, String> strings(String name) {
        Map<String, String> strings = new LinkedHashMap<>();
        object(name).forEach((key, value) -> {
            if (value instanceof Map || value instanceof List) {
                faults.wrongType("a string", "body", name, key);
            }
            strings.put(key, String.valueOf(value));
        });
        return strings;
    }

    private Optional<String> workdir() {
        Optional<String> workdir = text("workdir");
        if (workdir.isPresent() && !isAbsolute(workdir.get())) {
            faults.badValue("Must be an absolute path without ..", "body", "workdir");
        }
        return workdir;
    }

    private static boolean isAbsolute(String path) {
        return path.startsWith("/") && path.indexOf('\0') < 0 && isPlain(path);
    }

    private static boolean isPlain(String path) {
        return Path.of(path).normalize().getNameCount() == Path.of(path).getNameCount();
    }

    private TaskLimits limits() {
        Map<String, Object> limits = object("limits");
        return new TaskLimits(
                size(limits, "memory"),
                cpu(limits),
                size(limits, "pids"),
                size(limits, "disk"),
                size(limits, "open_files"));
    }

    private TaskNetwork network() {
        Map<String, Object> network = object("network");
        List<Target> allow = new ArrayList<>();
        Object entries = network.getOrDefault("allow", List.of());
        if (!(entries instanceof List<?> list)) {
            faults.wrongType("an array of strings", "body", "network", "allow");
            return TaskNetwork.NONE;
        }
        for (Object entry : list) {
            Target.parse(String.valueOf(entry))
                    .ifPresentOrElse(
                            allow::add,
                            () -> faults.badValue(
                                    "Must be destinations, such as pypi.org:443 or 203.0.113.0/24:5000-5010",
                                    "body",
                                    "network",
                                    "allow"));
        }
        if (!(network.getOrDefault("dns", false) instanceof Boolean resolves)) {
            faults.wrongType("true or false", "body", "network", "dns");
            return TaskNetwork.NONE;
        }
        return new TaskNetwork(allow, resolves);
    }

    /** A count, or bytes with a binary unit: 512Mi. */
    private @Nullable Long size(Map<String, Object> limits, String name) {
        Object value = limits.get(name);
        if (value == null) {
            return null;
        }
        Matcher form = SIZE.matcher(value.toString());
        if (!form.matches()) {
            faults.badValue("Must be a number, such as 256 or 512Mi", "body", "limits", name);
            return null;
        }
        long number = Long.parseLong(form.group(1));
        int unit = form.group(2) == null ? 0 : UNITS.indexOf(form.group(2).charAt(0)) + 1;
        if (number == 0 || number > (Long.MAX_VALUE >> (10 * unit))) {
            faults.badValue("Is out of range", "body", "limits", name);
            return null;
        }
        return number << (10 * unit);
    }

    private @Nullable Long cpu(Map<String, Object> limits) {
        Object value = limits.get("cpu");
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number number) || number.doubleValue() < 0.01 || number.doubleValue() > 1024) {
            faults.badValue("Must be a number of processors, such as 0.5", "body", "limits", "cpu");
            return null;
        }
        return Math.round(number.doubleValue() * 1000);
    }

    /** Its text, or an object of its text and timeout. */
    private Optional<TaskScript> script(String name) {
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        Map<String, Object> script = value instanceof String text ? Map.of("script", text) : object(name);
        if (!(script.get("script") instanceof String text) || text.isEmpty() || text.indexOf('\0') >= 0) {
            faults.badValue("Must be a script, or an object with a script", "body", name);
            return Optional.empty();
        }
        long most = TaskScript.TIMEOUT_MAX.toSeconds();
        Object timeout = script.getOrDefault("timeout_sec", TaskScript.TIMEOUT_DEFAULT.toSeconds());
        if (!(timeout instanceof Number number) || number.longValue() < 1 || number.longValue() > most) {
            faults.badValue("Must be between 1 and " + most, "body", name, "timeout_sec");
            return Optional.empty();
        }
        return Optional.of(new TaskScript(text, Duration.ofSeconds(number.longValue())));
    }

    private List<SeedFile> files() {
        List<SeedFile> files = new ArrayList<>();
        object("files").forEach((path, value) -> {
            if (!isAbsolute(path) || path.endsWith("/")) {
                faults.badValue("Must be named by an absolute path without ..", "body", "files", path);
                return;
            }
            Map<?, ?> file = value instanceof Map<?, ?> object ? object : Map.of("content", value);
            content(path, file)
                    .ifPresent(content -> files.add(new SeedFile(path, content, mode(path, file.get("mode")))));
        });
        return files;
    }

    private String mode(String path, @Nullable Object mode) {
        String text = mode == null ? SeedFile.MODE_DEFAULT : mode.toString();
        if (!MODE.matcher(text).matches()) {
            faults.badValue("Must be permissions in octal, such as \"0755\"", "body", "files", path, "mode");
        }
        return text;
    }

    private Optional<String> content(String path, Map<?, ?> file) {
        Optional<String> content = file.get("source") instanceof String source && folder.isPresent()
                ? read(folder.get(), source)
                : Optional.ofNullable(file.get("content"))
                        .filter(String.class::isInstance)
                        .map(String.class::cast);
        if (content.isEmpty() || content.get().length() > FILE_MAX) {
            faults.badValue("Must have a content of at most 1 MiB of text", "body", "files", path);
            return Optional.empty();
        }
        return content;
    }

    /** From the task's own folder, and nowhere else: where a link leads counts. */
    private static Optional<String> read(Path folder, String source) {
        try {
            Path file = folder.resolve(source).toRealPath();
            return file.startsWith(folder.toRealPath()) && Files.size(file) <= FILE_MAX
                    ? Optional.of(Files.readString(file))
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private Described described() {
        String difficulty =
                text("difficulty").map(word -> word.toLowerCase(Locale.ROOT)).orElse(null);
        if (difficulty != null && !DIFFICULTIES.contains(difficulty)) {
            faults.badValue("Must be easy, medium or hard", "body", "difficulty");
        }
        return new Described(
                text("description").orElse(null),
                difficulty,
                tags(),
                text("author").orElse(null),
                text("license").orElse(null),
                text("repository").orElse(null),
                text("source").orElse(null),
                members.get("ports"),
                members.get("provision"),
                members.get("teardown"),
                members.get("solution"));
    }

    private List<String> tags() {
        if (members.getOrDefault("tags", List.of()) instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        faults.wrongType("an array of strings", "body", "tags");
        return List.of();
    }
}
