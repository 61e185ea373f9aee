package dev.sandlot.execution;

import dev.sandlot.environment.Environment;
import dev.sandlot.execution.ExecutionRepository.LogLine;
import dev.sandlot.service.ServiceSupervisor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
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

    private final ExecutionRepository repository;
    private final ExecutionJournal journal;
    private final ServiceSupervisor services;

    @Inject
    public EnvironmentLog(ExecutionRepository repository, ExecutionJournal journal, ServiceSupervisor services) {
        this.repository = repository;
        this.journal = journal;
        this.services = services;
    }

    /** The body of the answer. */
    public record Logs(String logs) {}

    /** Its last 64 KiB, whole lines. */
    Logs tail(Environment environment) {
        journal.flush();
        Stream<LogLine> printed =
                services.log(environment.sandbox()).stream().map(line -> new LogLine(line.at(), line.text()));
        String text = Stream.concat(repository.log(environment.id(), LINES_MAX).stream(), printed)
                .sorted(Comparator.comparing(LogLine::at))
                .map(line -> line.at() + " " + line.text() + "\n")
                .collect(Collectors.joining());
        if (text.length() <= CHARACTERS_MAX) {
            return new Logs(text);
        }
        String tail = text.substring(text.length() - CHARACTERS_MAX);
        return new Logs(tail.substring(tail.indexOf('\n') + 1));
    }
}
