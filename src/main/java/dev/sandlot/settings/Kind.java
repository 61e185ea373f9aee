package dev.sandlot.settings;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * How a value is written, and which values are taken.
 *
 * @param range which are taken: "must be" before it makes a sentence
 * @param reader throws IllegalArgumentException for text that is not taken
 * @param fits whether a value is one that is taken; always true where only its text shows that
 */
public record Kind<T>(String range, Function<String, T> reader, Predicate<T> fits) {
    /** A pebibyte: no host has more of anything, and no sum of it runs over. */
    private static final long MEBIBYTES_MAX = 1L << 30;

    private static final int MEBIBYTE_BITS = 20;
    private static final long MINUTE_SECONDS = 60;
    private static final long DAY_SECONDS = 24 * 60 * MINUTE_SECONDS;
    private static final Map<String, Boolean> SWITCHES = Map.of(
            "true", true, "yes", true, "on", true, "1", true, "false", false, "no", false, "off", false, "0", false);

    /** A kind of a type of the caller's; the value is not repeated in a refusal. */
    public static <T> Kind<T> of(String range, Function<String, T> reader) {
        return new Kind<>(range, reader, value -> true);
    }

    public static Kind<String> text() {
        return of("text", text -> text);
    }

    /** Text that may be secret: it is not repeated in a refusal. */
    public static Kind<String> text(String range, Predicate<String> fits) {
        return new Kind<>(range, text -> text, fits);
    }

    public static Kind<Path> path() {
        return of("a path", Path::of);
    }

    /** The path of a directory that is there. */
    public static Kind<Path> directory() {
        return new Kind<>("a directory", Path::of, Files::isDirectory);
    }

    /** A switch; what is neither yes nor no is refused: a no that nobody meant may be what exposes the host. */
    public static Kind<Boolean> yesOrNo() {
        return of("true or false", text -> {
            Boolean value = SWITCHES.get(text.strip().toLowerCase(Locale.ROOT));
            if (value == null) {
                throw new Unfit("but is " + Unfit.shown(text));
            }
            return value;
        });
    }

    public static Kind<Long> number(long least) {
        return number(least, Long.MAX_VALUE);
    }

    public static Kind<Long> number(long least, long most) {
        return ranged(new Range(least, most, ""), Long::valueOf, Long::longValue);
    }

    public static Kind<Long> bytes(long least, long most) {
        return ranged(new Range(least, most, " bytes"), Long::valueOf, Long::longValue);
    }

    /** A count without an upper end: nobody comes near the one that it has. */
    public static Kind<Integer> count(int least) {
        return count(least, Integer.MAX_VALUE);
    }

    public static Kind<Integer> count(int least, int most) {
        return ranged(new Range(least, most, ""), Math::toIntExact, Integer::longValue);
    }

    /** A size, written in mebibytes and read as bytes. */
    public static Kind<Long> mebibytes(long least) {
        return mebibytes(least, MEBIBYTES_MAX);
    }

    /** A size, written in mebibytes and read as bytes. */
    public static Kind<Long> mebibytes(long least, long most) {
        return ranged(
                new Range(least, most, " MiB"),
                mebibytes -> mebibytes << MEBIBYTE_BITS,
                bytes -> bytes >> MEBIBYTE_BITS);
    }

    public static Kind<Duration> seconds(long least, long most) {
        return ranged(new Range(least, most, " seconds"), Duration::ofSeconds, Duration::toSeconds);
    }

    public static Kind<Duration> minutes(long least, long most) {
        return ranged(
                new Range(least, most, " minutes"), Duration::ofMinutes, time -> time.toSeconds() / MINUTE_SECONDS);
    }

    public static Kind<Duration> days(long least, long most) {
        return ranged(new Range(least, most, " days"), Duration::ofDays, time -> time.toSeconds() / DAY_SECONDS);
    }

    private static <T> Kind<T> ranged(Range range, LongFunction<T> from, ToLongFunction<T> to) {
        return new Kind<>(
                range.toString(), text -> from.apply(range.read(text)), value -> range.has(to.applyAsLong(value)));
    }

    /** Entries with commas between them; empty ones are not there. */
    public static <T> Kind<List<T>> list(String range, Function<String, T> reader) {
        return of(range, text -> {
            List<T> values = new ArrayList<>();
            for (String entry : text.split(",", -1)) {
                if (!entry.isBlank()) {
                    values.add(entry(entry.strip(), reader));
                }
            }
            return List.copyOf(values);
        });
    }

    private static <T> T entry(String entry, Function<String, T> reader) {
        try {
            return reader.apply(entry);
        } catch (IllegalArgumentException unfit) {
            throw new Unfit("but has " + Unfit.shown(entry));
        }
    }

    /** Pairs of a name and a value, {@code name=value}, with commas between them; of two of a name the last one counts. */
    public static <T> Kind<Map<String, T>> named(String range, UnaryOperator<String> name, Function<String, T> value) {
        return list(range, entry -> pair(entry, name, value))
                .map(pairs -> pairs.stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, last) -> last)));
    }

    private static <T> Map.Entry<String, T> pair(String entry, UnaryOperator<String> name, Function<String, T> value) {
        String[] parts = entry.split("=", 2);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new IllegalArgumentException("not name=value");
        }
        return Map.entry(name.apply(parts[0]), value.apply(parts[1].strip()));
    }

    /** The kind of the same text, read as something else. */
    public <R> Kind<R> map(Function<T, R> mapping) {
        return of(range, reader.andThen(mapping));
    }

    private record Range(long least, long most, String unit) {
        long read(String text) {
            BigInteger number = whole(text);
            if (number.compareTo(BigInteger.valueOf(least)) < 0) {
                throw new Unfit("but is " + Unfit.shown(text));
            }
            if (number.compareTo(BigInteger.valueOf(most)) > 0) {
                throw new Unfit((isOpen() ? "but not " : "but is ") + Unfit.shown(text));
            }
            return number.longValueExact();
        }

        private static BigInteger whole(String text) {
            try {
                return new BigInteger(text.strip());
            } catch (NumberFormatException unfit) {
                throw new Unfit("but is " + Unfit.shown(text));
            }
        }

        boolean has(long number) {
            return number >= least && number <= most;
        }

        /** Whether nobody comes near the end. */
        private boolean isOpen() {
            return most == Integer.MAX_VALUE || most == Long.MAX_VALUE;
        }

        @Override
        public String toString() {
            return isOpen() ? "at least " + least : least + " to " + most + unit;
        }
    }
}
