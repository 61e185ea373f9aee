package dev.sandlot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An expression for Prometheus, held against what a server tells. */
public final class Expression {
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");
    private static final Set<String> WORDS =
            Set.of("sum", "max", "rate", "increase", "histogram_quantile", "by", "label_values", "or", "and");
    private static final Pattern MATCHERS = Pattern.compile("([a-z_]+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private Expression() {}

    /** Names metrics and labels that there are, and words that they have. */
    public static void check(String expression, Scrape scrape) {
        Set<String> metrics = new HashSet<>();
        Set<String> labels = new HashSet<>(OF_PROMETHEUS);
        for (MatchResult selector : MATCHERS.matcher(expression).results().toList()) {
            checkSelector(selector.group(1), selector.group(2), scrape);
        }
        String plain = BY.matcher(expression.replaceAll("\\{[^}]*}|\\[[^]]*]|\"[^\"]*\"", " "))
                .replaceAll(" ");
        Matcher names = NAME.matcher(plain);
        while (names.find()) {
            if (!WORDS.contains(names.group()) && !OF_PROMETHEUS.contains(names.group())) {
                metrics.add(names.group());
                labels.addAll(scrape.labels(names.group()).keySet());
            }
        }
        metrics.remove("up");
        assertThat(scrape.names()).as(expression).containsAll(metrics);
        for (MatchResult by : BY.matcher(expression).results().toList()) {
            assertThat(by.group(1).split(" *, *", -1)).as(expression).isSubsetOf(labels);
        }
    }

    private static void checkSelector(String metric, String matchers, Scrape scrape) {
        Map<String, Set<String>> labels = scrape.labels(metric);
        for (MatchResult matcher : MATCHER.matcher(matchers).results().toList()) {
            String label = matcher.group(1);
            if (!OF_PROMETHEUS.contains(label)) {
                assertThat(labels).as(metric + " has it").containsKey(label);
                assertThat(labels.get(label))
                        .as(metric + " " + label)
                        .contains(matcher.group(3).split("\\|", -1));
            }
        }
    }
}
