package dev.sandlot.execution;

import dev.sandlot.environment.Environment;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** What happened in an environment, line by line: provisioning, executions, faults. Never a command or an output. */
@Singleton
public class EnvironmentLog {
    private static final int CHARACTERS_MAX = 64 * 1024;
    /** No line is shorter than 40 characters. */
    private static final int LINES_MAX = CHARACTERS_MAX / 40;

    private final ExecutionRepository repository;
    private final ExecutionJournal journal;

    @Inject
    public EnvironmentLog(ExecutionRepository repository, ExecutionJournal journal) {
        this.repository = repository;
        this.journal = journal;
    }

    /** The body of the answer. */
    public record Logs(String logs) {}

    /** Its last 64 KiB, whole lines. */
    Logs tail(Environment environment) {
        journal.flush();
        String text = repository.log(environment.id(), LINES_MAX).stream()
                .map(line -> line.at() + " " + line.text() + "\n")
                .collect(Collectors.joining());
        if (text.length() <= CHARACTERS_MAX) {
            return new Logs(text);
        }
        String tail = text.substring(text.length() - CHARACTERS_MAX);
        return new Logs(tail.substring(tail.indexOf('\n') + 1));
    }
}
