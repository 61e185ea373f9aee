package dev.sandlot.sandbox.local;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The system calls of sandboxes against those of the profile that they are said to follow. */
class SystemCallsTest {
    private static final Path TABLE = Path.of("src/main/c/syscalls.h");
    private static final Path PROFILE = Path.of("src/test/resources/seccomp/default-profile.txt");
    private static final Path DIFFERENCES = Path.of("src/test/resources/seccomp/differences.txt");
    private static final Pattern ALLOWED = Pattern.compile("ALLOW\\(([a-z0-9_]+)\\)");
    private static final List<String> ARCHITECTURES = List.of("amd64", "arm64", "x86", "x32");

    private static List<String> allowed() throws IOException {
        return ALLOWED.matcher(Files.readString(TABLE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static Stream<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().filter(line -> !line.startsWith("#"));
    }

    private static Set<String> profile(boolean free) throws IOException {
        return lines(PROFILE)
                .map(line -> line.split(" ", 2))
                .filter(parts -> parts.length < 2 || isOurs(parts[1]))
                .filter(parts -> free != (parts.length > 1 && parts[1].startsWith("needs ")))
                .map(parts -> parts[0])
                .collect(toSet());
    }

    private static boolean isOurs(String condition) {
        return !condition.startsWith("only ")
                || Stream.of(condition.substring("only ".length()).split("[,;]", -1))
                        .anyMatch(ARCHITECTURES::contains);
    }

    @Test
    void eachDifferenceToTheDefaultProfileHasItsReason() throws IOException {
        Map<String, String> reasons = lines(DIFFERENCES)
                .map(line -> line.split(": ", 2))
                .collect(toMap(parts -> parts[0], parts -> parts.length > 1 ? parts[1] : ""));
        Set<String> different = new TreeSet<>(profile(true));
        Set<String> table = Set.copyOf(allowed());
        table.stream().filter(name -> !different.remove(name)).forEach(different::add);

        assertThat(reasons.keySet()).containsExactlyInAnyOrderElementsOf(different);
        assertThat(reasons.values()).allSatisfy(reason -> assertThat(reason).hasSizeGreaterThan(10));
    }

    @Test
    void nothingIsAllowedThatTheProfileWantsACapabilityFor() throws IOException {
        Set<String> needing = new TreeSet<>(profile(false));
        needing.removeAll(profile(true));

        assertThat(needing).contains("mount", "bpf", "setns");
        assertThat(allowed()).doesNotContainAnyElementsOf(needing).doesNotHaveDuplicates();
    }
}
