package dev.sandlot.answers;

import dev.sandlot.errors.Faults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far a client has followed an execution: what {@code Last-Event-ID} carries. Its text is the offsets of what comes
 * next, one a stream, joined by a hyphen.
 *
 * @param offsets in bytes, in the order of the streams
 */
record EventId(List<Long> offsets) {
    static final String HEADER = "Last-Event-ID";

    private static final Pattern FORM = Pattern.compile("[0-9]{1,18}(-[0-9]{1,18})?");

    EventId {
        offsets = List.copyOf(offsets);
    }

    /** The id of a client that has seen nothing of that many streams. */
    static EventId start(int streams) {
        return new EventId(Collections.nCopies(streams, 0L));
    }

    /** From the header; the start without one. */
    static EventId read(@Nullable String header, int streams, Faults faults) {
        if (header == null) {
            return start(streams);
        }
        List<Long> offsets = new ArrayList<>();
        if (FORM.matcher(header).matches()) {
            Arrays.stream(header.split("-", -1)).map(Long::valueOf).forEach(offsets::add);
        }
        if (offsets.size() != streams) {
            faults.badValue("Must be the id of an event of this execution", "header", HEADER);
            return start(streams);
        }
        return new EventId(offsets);
    }

    @Override
    public String toString() {
        return offsets.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }
}
