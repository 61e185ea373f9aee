package dev.sandlot.task;

import dev.sandlot.http.Members;
import dev.sandlot.task.TaskService.Restart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the services of a task. */
final class ServicesReader {
    static final int SERVICES_MAX = 8;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern PATH = Pattern.compile("/[!-~]{0,1023}");
    private static final int TEXT_MAX = 1024;
    /** All of them are stored with each environment. */
    private static final int COMMAND_MAX = 16 << 10;

    private final Members services;

    ServicesReader(Members services) {
        this.services = services;
    }

    List<TaskService> read() {
        List<TaskService> all = new ArrayList<>();
        services.all().forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                services.badValue("Must match " + NAME, name);
            } else if (value instanceof Map<?, ?>) {
                all.add(service(name, services.part(name, Integer.MAX_VALUE)));
            } else {
                services.wrongType("an object", name);
            }
        });
        return all;
    }

    private static TaskService service(String name, Members service) {
        service.require("port");
        long seconds = service.whole(
                "start_timeout_sec",
                1,
                TaskService.START_TIMEOUT_MAX.toSeconds(),
                TaskService.START_TIMEOUT_DEFAULT.toSeconds());
        return new TaskService(
                name,
                service.shell("command", COMMAND_MAX),
                (int) service.whole("port", 1, TaskService.PORT_MAX, 1),
                path(service),
                Duration.ofSeconds(seconds),
                restart(service));
    }

    private static Optional<String> path(Members service) {
        Optional<String> path = service.text("path", TEXT_MAX);
        if (path.isPresent() && !PATH.matcher(path.get()).matches()) {
            service.badValue("Must be a path with its query, such as /health", "path");
            return Optional.empty();
        }
        return path;
    }

    private static Restart restart(Members service) {
        Optional<Restart> policy =
                service.text("restart", TEXT_MAX).map(Restart::parse).orElse(Optional.of(Restart.ON_FAILURE));
        if (policy.isEmpty()) {
            service.badValue("Must be always, on-failure or never", "restart");
        }
        return policy.orElse(Restart.NEVER);
    }
}
