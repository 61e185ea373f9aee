package dev.sandlot.task;

import dev.sandlot.task.TaskMetadata.Text;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which values the tasks have that a list can be filtered by, the most frequent first. */
public record TaskFacetsView(List<Facet> tags, List<Facet> difficulty, List<Facet> author, List<Facet> source) {
    private static final int TOLD_MAX = 200;

    /** A value, and how many tasks have it. */
    public record Facet(String value, long count) {}

    static TaskFacetsView of(List<TaskSummary> tasks) {
        return new TaskFacetsView(
                facets(tasks.stream()
                        .flatMap(task -> task.metadata().tags().stream().distinct())),
                facets(tasks, Text.DIFFICULTY),
                facets(tasks, Text.AUTHOR),
                facets(tasks, Text.SOURCE));
    }

    private static List<Facet> facets(List<TaskSummary> tasks, Text which) {
        return facets(
                tasks.stream().flatMap(task -> Stream.ofNullable(task.metadata().text(which))));
    }

    private static List<Facet> facets(Stream<String> values) {
        Map<String, Long> counts = values.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry -> new Facet(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Facet::count).reversed().thenComparing(Facet::value))
                .limit(TOLD_MAX)
                .toList();
    }
}
