package dev.sandlot.task;

import dev.sandlot.task.TaskDefinition.Described;
import dev.sandlot.task.TaskDefinition.Image;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a {@code task.yaml}. */
final class TaskFile {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");
    private static final Pattern ORG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})\\s*([KMGT]i?)?B?");
    private static final Set<String> DIFFICULTIES = Set.of("easy", "medium", "hard");
    private static final String UNITS = "KMGT";

    private final Map<String, Object> members;
    private final Path folder;

    private TaskFile(Map<String, Object> members, Path folder) {
        this.members = members;
        this.folder = folder;
    }

    /** Why a file can't be used, in a sentence that names the line where there is one. */
    static final class BrokenTaskException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenTaskException(String message) {
            super(message);
        }
    }

    /** {@code folder} is the file's own: relative image paths start there. */
    static TaskDefinition parse(byte[] content, Path folder, Instant changedAt) throws BrokenTaskException {
        return new TaskFile(load(content), folder).definition(content, changedAt);
    }

    private static Map<String, Object> load(byte[] content) throws BrokenTaskException {
        LoadSettings settings = LoadSettings.builder()
                .setLabel("task.yaml")
                .setAllowDuplicateKeys(false)
                .build();
        try {
            Object document = new Load(settings).loadFromString(new String(content, StandardCharsets.UTF_8));
            return mapping(document, "the file");
        } catch (MarkedYamlEngineException broken) {
            String line = broken.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                    .orElse("");
            throw new BrokenTaskException(line + broken.getProblem());
        } catch (YamlEngineException broken) {
            throw new BrokenTaskException(String.valueOf(broken.getMessage()));
        }
    }

    private static Map<String, Object> mapping(@Nullable Object value, String where) throws BrokenTaskException {
        if (!(value instanceof Map<?, ?> map)) {
            throw new BrokenTaskException(where + " must be a mapping");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        map.forEach((key, member) -> {
            if (member != null) {
                members.put(String.valueOf(key), member);
            }
        });
        return members;
    }

    private TaskDefinition definition(byte[] content, Instant changedAt) throws BrokenTaskException {
        return new TaskDefinition(
                matching("org", ORG),
                matching("name", NAME),
                version(),
                bool("is_public"),
                required("instruction"),
                mapping(members.get("verification"), "verification"),
                image(),
                strings("env"),
                strings("variables"),
                workdir(),
                text("user"),
                limits(),
                described(),
                sha256(content),
                content.length,
                changedAt);
    }

    private Optional<String> text(String name) throws BrokenTaskException {
        Object value = members.get(name);
        if (value instanceof Map || value instanceof List) {
            throw new BrokenTaskException(name + " must be a text");
        }
        return Optional.ofNullable(value).map(String::valueOf);
    }

    private String required(String name) throws BrokenTaskException {
        return text(name).orElseThrow(() -> new BrokenTaskException(name + " is missing"));
    }

    private String matching(String name, Pattern pattern) throws BrokenTaskException {
        String value = required(name);
        if (!pattern.matcher(value).matches()) {
            throw new BrokenTaskException(name + " must match " + pattern);
        }
        return value;
    }

    private TaskVersion version() throws BrokenTaskException {
        String text = required("version");
        if (!TaskVersion.isVersion(text)) {
            throw new BrokenTaskException("version must be MAJOR.MINOR.PATCH");
        }
        return TaskVersion.parse(text);
    }

    private boolean bool(String name) throws BrokenTaskException {
        Object value = members.getOrDefault(name, false);
        if (!(value instanceof Boolean flag)) {
            throw new BrokenTaskException(name + " must be true or false");
        }
        return flag;
    }

    private Image image() throws BrokenTaskException {
        String image = text("image").orElse("host");
        if (image.equals("host")) {
            return new Image.Host();
        }
        Path path = folder.resolve(image).normalize();
        if (!Files.isDirectory(path)) {
            throw new BrokenTaskException("image must be host or a directory");
        }
        if (path.toString().contains(":") || path.toString().contains(",")) {
            throw new BrokenTaskException("the path of an image must have no colon and no comma");
        }
        return new Image.Directory(path.toAbsolutePath());
    }

    private Map<String, String> strings(String name) throws BrokenTaskException {
        Map<String, String> strings = new LinkedHashMap<>();
        if (members.containsKey(name)) {
            mapping(members.get(name), name).forEach((key, value) -> strings.put(key, String.valueOf(value)));
        }
        return strings;
    }

    private String workdir() throws BrokenTaskException {
        String workdir = text("workdir").orElse("/workspace");
        if (!workdir.startsWith("/")
                || Path.of(workdir).normalize().getNameCount()
                        != Path.of(workdir).getNameCount()) {
            throw new BrokenTaskException("workdir must be an absolute path without ..");
        }
        return workdir;
    }

    private TaskLimits limits() throws BrokenTaskException {
        if (!members.containsKey("limits")) {
            return TaskLimits.NONE;
        }
        Map<String, Object> limits = mapping(members.get("limits"), "limits");
        return new TaskLimits(
                size(limits.get("memory"), "limits.memory"),
                cpu(limits.get("cpu")),
                size(limits.get("pids"), "limits.pids"),
                size(limits.get("disk"), "limits.disk"),
                size(limits.get("open_files"), "limits.open_files"));
    }

    /** A count, or bytes with a binary unit: 512Mi. */
    private static @Nullable Long size(@Nullable Object value, String where) throws BrokenTaskException {
        if (value == null) {
            return null;
        }
        Matcher form = SIZE.matcher(value.toString());
        if (!form.matches()) {
            throw new BrokenTaskException(where + " must be a number, such as 256 or 512Mi");
        }
        long number = Long.parseLong(form.group(1));
        int unit = form.group(2) == null ? 0 : UNITS.indexOf(form.group(2).charAt(0)) + 1;
        if (number == 0 || number > (Long.MAX_VALUE >> (10 * unit))) {
            throw new BrokenTaskException(where + " is out of range");
        }
        return number << (10 * unit);
    }

    private static @Nullable Long cpu(@Nullable Object value) throws BrokenTaskException {
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number number) || number.doubleValue() < 0.01 || number.doubleValue() > 1024) {
            throw new BrokenTaskException("limits.cpu must be a number of processors, such as 0.5");
        }
        return Math.round(number.doubleValue() * 1000);
    }

    private Described described() throws BrokenTaskException {
        String difficulty =
                text("difficulty").map(word -> word.toLowerCase(Locale.ROOT)).orElse(null);
        if (difficulty != null && !DIFFICULTIES.contains(difficulty)) {
            throw new BrokenTaskException("difficulty must be easy, medium or hard");
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

    private List<String> tags() throws BrokenTaskException {
        Object tags = members.getOrDefault("tags", List.of());
        if (!(tags instanceof List<?> list)) {
            throw new BrokenTaskException("tags must be a list");
        }
        return list.stream().map(String::valueOf).toList();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
