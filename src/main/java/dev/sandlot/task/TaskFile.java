package dev.sandlot.task;

import dev.sandlot.auth.Sha256;
import dev.sandlot.errors.Fault;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.StorableText;
import dev.sandlot.task.TaskDefinition.Origin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a {@code task.yaml}. */
final class TaskFile {
    private TaskFile() {}

    /** Why a file can't be used, in a sentence that names the line where there is one. */
    static final class BrokenTaskException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenTaskException(String message) {
            super(message);
        }
    }

    /** {@code folder} is the file's own: relative image paths start there. */
    static TaskDefinition parse(byte[] content, Path folder, Instant changedAt) throws BrokenTaskException {
        Faults faults = new Faults();
        Origin origin = new Origin(Sha256.of(content), content.length, changedAt, Optional.empty());
        Map<String, Object> members = load(content);
        StorableText.check(members, faults, "body");
        TaskDefinition task = new TaskReader(members, Optional.of(folder), faults).read(origin);
        if (!faults.isEmpty()) {
            throw new BrokenTaskException(
                    faults.all().stream().map(TaskFile::sentence).collect(Collectors.joining("; ")));
        }
        return task;
    }

    private static String sentence(Fault fault) {
        String member = fault.loc().stream().skip(1).map(String::valueOf).collect(Collectors.joining("."));
        return member + ": " + fault.msg();
    }

    private static Map<String, Object> load(byte[] content) throws BrokenTaskException {
        LoadSettings settings = LoadSettings.builder()
                .setLabel("task.yaml")
                .setAllowDuplicateKeys(false)
                .build();
        try {
            Object document = new Load(settings).loadFromString(new String(content, StandardCharsets.UTF_8));
            if (!(document instanceof Map<?, ?> mapping)) {
                throw new BrokenTaskException("the file must be a mapping");
            }
            return members(mapping);
        } catch (MarkedYamlEngineException broken) {
            String line = broken.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                    .orElse("");
            throw new BrokenTaskException(line + broken.getProblem());
        } catch (YamlEngineException broken) {
            throw new BrokenTaskException(String.valueOf(broken.getMessage()));
        }
    }

    private static Map<String, Object> members(Map<?, ?> mapping) {
        Map<String, Object> members = new LinkedHashMap<>();
        mapping.forEach((key, member) -> {
            if (member != null) {
                members.put(String.valueOf(key), member);
            }
        });
        return members;
    }
}
