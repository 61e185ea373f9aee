package dev.sandlot.output;

import dev.sandlot.errors.Faults;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A part of a file, [from, to). */
public record ByteRange(long from, long to) {
    private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * The one range of a {@code Range} header (RFC 9110, 14.2) in a file of that length; empty for the whole: without a
     * header, and for one that is not understood or names several. A range outside of the file is a fault.
     */
    public static Optional<ByteRange> parse(@Nullable String header, long length, Faults faults) {
        Matcher form = FORM.matcher(header == null ? "" : header.replace(" ", ""));
        if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
            return Optional.empty();
        }
        ByteRange range = form.group(1).isEmpty()
                ? new ByteRange(Math.max(0, length - Long.parseLong(form.group(2))), length)
                : new ByteRange(
                        Long.parseLong(form.group(1)),
                        form.group(2).isEmpty() ? length : Math.min(length, Long.parseLong(form.group(2)) + 1));
        if (range.from >= range.to) {
            faults.badValue("Must lie within the " + length + " bytes that there are", "header", "Range");
        }
        return Optional.of(range);
    }
}
