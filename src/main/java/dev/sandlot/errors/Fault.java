package dev.sandlot.errors;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;

/**
 * One thing that is wrong with a request.
 *
 * @param loc where: {@code body}, {@code path}, {@code query} or {@code header}, then names and indexes; names of a
 *     client's own are cut, so that many faults below a long one stay small
 * @param msg a sentence for a person
 * @param type a stable word
 */
public record Fault(List<Object> loc, String msg, String type) {
    private static final int NAME_MAX = 128;

    public Fault {
        loc = loc.stream().map(Fault::shortened).toList();
    }

    private static Object shortened(Object part) {
        return part instanceof String name && name.length() > NAME_MAX ? name.substring(0, NAME_MAX) + "…" : part;
    }

    /** {@code timeout_sec: must be 1 to 600}. */
    String sentence() {
        String place =
                loc.stream().skip(loc.size() > 1 ? 1 : 0).map(String::valueOf).collect(joining("."));
        return place + ": " + msg.substring(0, 1).toLowerCase(Locale.ROOT) + msg.substring(1);
    }
}
