package dev.sandlot.answers;

import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client prefers ({@code Prefer}, RFC 7240): an answer at once, or after it has waited for a while. A preference
 * that is not understood is passed over, as the RFC has it.
 *
 * @param async {@code respond-async}
 * @param patience {@code wait=N}
 */
record Preference(boolean async, Optional<Duration> patience) {
    static final String HEADER = "Prefer";

    private static final Pattern WAIT = Pattern.compile("wait *= *\"?([0-9]{1,9})\"?");

    /** The preference that a request states. */
    static Preference read(HttpHeaders headers) {
        return parse(headers.getRequestHeaders().getOrDefault(HEADER, List.of()));
    }

    /** From all {@code Prefer} headers of a request; the first of a kind counts, and no parameter of one changes it. */
    static Preference parse(List<String> headers) {
        boolean async = false;
        Optional<Duration> patience = Optional.empty();
        for (String preference :
                String.join(",", headers).toLowerCase(Locale.ROOT).split(",", -1)) {
            String name = preference.split(";", 2)[0].strip();
            Matcher wait = WAIT.matcher(name);
            async |= name.equals("respond-async");
            if (wait.matches() && patience.isEmpty()) {
                patience = Optional.of(Duration.ofSeconds(Long.parseLong(wait.group(1))));
            }
        }
        return new Preference(async, patience);
    }
}
