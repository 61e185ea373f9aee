package dev.sandlot.environment;

import dev.sandlot.records.Execution;
import dev.sandlot.records.Execution.End;
import dev.sandlot.records.ExecutionJournal;
import dev.sandlot.records.ExecutionRepository;
import dev.sandlot.service.LogLine;
import dev.sandlot.service.ServiceSupervisor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened in an environment, line by line: provisioning, executions, faults, and what its services print. Never a
 * command or its output.
 */
@Singleton
public class EnvironmentLog {
    private static final int CHARACTERS_MAX = 64 * 1024;
    /** No line is shorter than 40 characters. */
    private static final int LINES_MAX = CHARACTERS_MAX / 40;

    private final EnvironmentRepository environments;
    private final ExecutionRepository executions;
    private final ExecutionJournal journal;
    private final ServiceSupervisor services;

    @Inject
    public EnvironmentLog(
            EnvironmentRepository environments,
            ExecutionRepository executions,
            ExecutionJournal journal,
            ServiceSupervisor services) {
        this.environments = environments;
        this.executions = executions;
        this.journal = journal;
        this.services = services;
    }

    /** The body of the answer. */
    public record Logs(String logs) {}

    /** The last 64 KiB of an environment's log, whole lines. */
    Logs tail(Environment environment) {
        UUID id = environment.id();
        List<Execution> newer = journal.of(id);
        Stream<LogLine> ran = Stream.concat(newer.stream(), executions.latest(id, newer, LINES_MAX).stream())
                .map(EnvironmentLog::line);
        String text = Stream.of(
                        environments.events(id, LINES_MAX).stream(), ran, services.log(environment.sandbox()).stream())
                .flatMap(lines -> lines)
                .sorted(Comparator.comparing(LogLine::at))
                .map(line -> line.at() + " " + line.text() + "\n")
                .collect(Collectors.joining());
        if (text.length() <= CHARACTERS_MAX) {
            return new Logs(text);
        }
        String tail = text.substring(text.length() - CHARACTERS_MAX);
        return new Logs(tail.substring(tail.indexOf('\n') + 1));
    }

    private static LogLine line(Execution execution) {
        StringBuilder text = new StringBuilder(
                "execution " + execution.id() + " " + execution.state().word());
        Optional<End> end = execution.ended();
        end.map(End::exitCode).ifPresent(code -> text.append(" with exit code ").append(code));
        end.map(End::usage)
                .ifPresent(usage ->
                        text.append(" after ").append(usage.durationMillis()).append(" ms"));
        end.ifPresent(how -> text.append(", ").append(how.outputBytes()).append(" bytes of output"));
        end.filter(End::outOfMemory).ifPresent(killed -> text.append(", out of memory"));
        end.map(End::reason).ifPresent(reason -> text.append(": ").append(reason));
        Instant begun = execution.startedAt() == null ? execution.queuedAt() : execution.startedAt();
        return new LogLine(end.map(End::at).orElse(begun), text.toString());
    }
}
