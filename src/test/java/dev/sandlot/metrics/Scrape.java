package dev.sandlot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server tells to Prometheus, read as strictly as the text format (0.0.4) and its customs have it. */
public final class Scrape {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-z0-9_]+) .+");
    private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z0-9_]+) (counter|gauge|histogram)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z][a-z0-9_]*)(?:\\{(.+)})? ([0-9.]+|-[0-9.]+|\\+Inf|NaN)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"(?:,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final List<Sample> samples = new ArrayList<>();

    private Scrape() {}

    /** One line. {@code family}: the name without a histogram's suffix. */
    public record Sample(String family, String name, Map<String, String> labels, double value) {}

    public static Scrape parse(String text) {
        Scrape scrape = new Scrape();
        assertThat(text).endsWith("\n");
        String family = "";
        for (String line : text.lines().toList()) {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            if (help.matches()) {
                family = help.group(1);
                assertThat(scrape.types).as("begins once").doesNotContainKey(family);
            } else if (type.matches()) {
                assertThat(type.group(1)).isEqualTo(family);
                scrape.types.put(family, type.group(2));
            } else {
                scrape.samples.add(sample(line, family));
            }
        }
        scrape.check();
        return scrape;
    }

    private static Sample sample(String line, String family) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group(1)).as("is among those of " + family).startsWith(family);
        Map<String, String> labels = new TreeMap<>();
        String rest = sample.group(2) == null ? "" : sample.group(2);
        for (MatchResult label : LABEL.matcher(rest).results().toList()) {
            labels.put(label.group(1), label.group(2));
        }
        assertThat(rest.isEmpty()).as(line).isEqualTo(labels.isEmpty());
        return new Sample(family, sample.group(1), labels, number(sample.group(3)));
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace("+Inf", "Infinity"));
    }

    private void check() {
        Set<String> seen = new HashSet<>();
        for (Sample sample : samples) {
            String type = types.get(sample.family());
            assertThat(seen.add(sample.name() + sample.labels()))
                    .as("comes once: " + sample)
                    .isTrue();
            assertThat(sample.name().substring(sample.family().length()))
                    .isIn("histogram".equals(type) ? List.of("_bucket", "_sum", "_count") : List.of(""));
            if ("counter".equals(type)) {
                assertThat(sample.name()).endsWith("_total");
            }
        }
        types.forEach((family, type) -> {
            if ("histogram".equals(type)) {
                checkHistogram(family);
            }
        });
    }

    /** Its buckets grow up to all, which is its count. */
    private void checkHistogram(String family) {
        Map<Map<String, String>, Sample> last = new LinkedHashMap<>();
        for (Sample sample : samples) {
            if (!sample.family().equals(family)) {
                continue;
            }
            Map<String, String> series = new TreeMap<>(sample.labels());
            String bound = series.remove("le");
            Sample before = last.put(series, sample);
            if (bound != null && before != null) {
                assertThat(number(bound)).isGreaterThan(number(before.labels().getOrDefault("le", "-1")));
                assertThat(sample.value()).isGreaterThanOrEqualTo(before.value());
            }
            if (sample.name().endsWith("_count")) {
                Map<String, String> all = new TreeMap<>(series);
                all.put("le", "+Inf");
                assertThat(sample.value()).isEqualTo(value(family + "_bucket", all));
            }
        }
    }

    /** The names of all samples. */
    public Set<String> names() {
        Set<String> names = new HashSet<>();
        samples.forEach(sample -> names.add(sample.name()));
        return names;
    }

    /** The families that there are. */
    public Set<String> families() {
        return types.keySet();
    }

    /** The labels that samples of that name have, and their words. */
    public Map<String, Set<String>> labels(String name) {
        Map<String, Set<String>> labels = new TreeMap<>();
        samples.stream()
                .filter(sample -> sample.name().equals(name))
                .forEach(sample -> sample.labels()
                        .forEach((label, word) -> labels.computeIfAbsent(label, first -> new HashSet<>())
                                .add(word)));
        return labels;
    }

    public List<Sample> samples() {
        return samples;
    }

    /** Of the one sample of that name that has exactly these labels. */
    public double value(String name, Map<String, String> labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().equals(labels))
                .mapToDouble(Sample::value)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + name + labels));
    }

    public double value(String name) {
        return value(name, Map.of());
    }
}
