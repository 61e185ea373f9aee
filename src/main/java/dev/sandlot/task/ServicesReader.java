package dev.sandlot.task;

import dev.sandlot.errors.Faults;
import dev.sandlot.task.TaskService.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the services of a task out of its member of that name. */
final class ServicesReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern PATH = Pattern.compile("/[!-~]{0,1023}");
    private static final int MOST = 8;
    private static final int PORT_MAX = 65_535;
    private static final String MEMBER = "services";

    private final Faults faults;

    ServicesReader(Faults faults) {
        this.faults = faults;
    }

    List<TaskService> read(Map<String, Object> services) {
        if (services.size() > MOST) {
            faults.badValue("Must be at most " + MOST, "body", MEMBER);
        }
        List<TaskService> all = new ArrayList<>();
        services.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                faults.badValue("Must match " + NAME, "body", MEMBER, name);
            } else if (value instanceof Map<?, ?> service) {
                all.add(new TaskService(
                        name,
                        command(name, service),
                        port(name, service),
                        path(name, service),
                        startTimeout(name, service),
                        restart(name, service)));
            } else {
                faults.wrongType("an object", "body", MEMBER, name);
            }
        });
        return all;
    }

    private Optional<String> command(String name, Map<?, ?> service) {
        Object command = service.get("command");
        if (command != null && (!(command instanceof String text) || text.isBlank() || text.indexOf('\0') >= 0)) {
            faults.badValue("Must be shell text", "body", MEMBER, name, "command");
            return Optional.empty();
        }
        return Optional.ofNullable(command).map(String::valueOf);
    }

    private int port(String name, Map<?, ?> service) {
        if (service.get("port") instanceof Number port && port.longValue() >= 1 && port.longValue() <= PORT_MAX) {
            return port.intValue();
        }
        faults.badValue("Must be between 1 and " + PORT_MAX, "body", MEMBER, name, "port");
        return 1;
    }

    private Optional<String> path(String name, Map<?, ?> service) {
        Object path = service.get("path");
        if (path != null && !PATH.matcher(path.toString()).matches()) {
            faults.badValue("Must be a path with its query, such as /health", "body", MEMBER, name, "path");
            return Optional.empty();
        }
        return Optional.ofNullable(path).map(String::valueOf);
    }

    private Duration startTimeout(String name, Map<?, ?> service) {
        Object timeout = service.get("start_timeout_sec");
        long most = TaskService.START_TIMEOUT_MAX.toSeconds();
        if (timeout == null) {
            return TaskService.START_TIMEOUT_DEFAULT;
        }
        if (!(timeout instanceof Number number) || number.longValue() < 1 || number.longValue() > most) {
            faults.badValue("Must be between 1 and " + most, "body", MEMBER, name, "start_timeout_sec");
            return TaskService.START_TIMEOUT_DEFAULT;
        }
        return Duration.ofSeconds(number.longValue());
    }

    private Restart restart(String name, Map<?, ?> service) {
        Object word = service.get("restart");
        Optional<Restart> policy = word == null ? Optional.of(Restart.ON_FAILURE) : Restart.parse(word.toString());
        if (policy.isEmpty()) {
            faults.badValue("Must be always, on-failure or never", "body", MEMBER, name, "restart");
        }
        return policy.orElse(Restart.NEVER);
    }
}
