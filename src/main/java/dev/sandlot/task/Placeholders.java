package dev.sandlot.task;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills {@code {{name}}} in an instruction. */
public final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{ *+([A-Za-z_][A-Za-z0-9_.-]*+) *+}}");

    private Placeholders() {}

    /**
     * Names without a value stay as they are. Empty when the result has more than {@code most} characters: it is never made
     * then, for a short text can name a long value many times.
     */
    public static Optional<String> fill(String text, Map<String, String> values, int most) {
        StringBuilder filled = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int copied = 0;
        while (placeholder.find()) {
            String value = values.getOrDefault(placeholder.group(1), placeholder.group());
            filled.append(text, copied, placeholder.start());
            if ((long) filled.length() + value.length() > most) {
                return Optional.empty();
            }
            filled.append(value);
            copied = placeholder.end();
        }
        filled.append(text, copied, text.length());
        return filled.length() > most ? Optional.empty() : Optional.of(filled.toString());
    }
}
