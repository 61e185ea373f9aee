package dev.sandlot.metrics;

import java.math.BigDecimal;

/** Writes the text format of Prometheus, version 0.0.4. */
final class TextFormat {
    private final StringBuilder text;

    TextFormat(StringBuilder text) {
        this.text = text;
    }

    /** What comes before the samples of a name. */
    void begin(Family family, String type) {
        text.append("# HELP ").append(family.name()).append(' ').append(family.help());
        text.append("\n# TYPE ").append(family.name()).append(' ').append(type).append('\n');
    }

    /** One sample of the family's name with the suffix. {@code labels}: names and words in turn, as they are shown. */
    void sample(Family family, String suffix, double value, String... labels) {
        text.append(family.name()).append(suffix);
        boolean first = true;
        for (int i = 0; i < labels.length; i += 2) {
            if (!labels[i].isEmpty()) {
                text.append(first ? '{' : ',');
                text.append(labels[i])
                        .append("=\"")
                        .append(escaped(labels[i + 1]))
                        .append('"');
                first = false;
            }
        }
        text.append(first ? " " : "} ").append(number(value)).append('\n');
    }

    private static String escaped(String word) {
        return word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** Without an exponent, and whole where it is whole. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
                ? Long.toString((long) value)
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
