package dev.sandlot.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A setting: one thing that an operator may say.
 *
 * @param key its name for MicroProfile Config
 * @param range which values are taken: "must be" before it makes a sentence
 * @param absent what holds where nothing is said: as an operator would write it, or in words
 * @param meaning for the documentation
 * @param reader of what is said, if anything is
 * @param fits whether a value is one that is taken
 */
public record Setting<T>(
        String key,
        String range,
        String absent,
        String meaning,
        Function<Optional<String>, T> reader,
        Predicate<T> fits) {
    private static final Pattern KEY = Pattern.compile("[a-z]+(\\.[a-z]+)+");

    public Setting {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("a setting's key is words with dots between them: " + key);
        }
    }

    /** A setting with a default, as an operator would write it. */
    public static <T> Setting<T> of(String key, Kind<T> kind, String absent, String meaning) {
        return new Setting<>(
                key, kind.range(), absent, meaning, said -> kind.reader().apply(said.orElse(absent)), kind.fits());
    }

    /** A setting that need not be said; what holds then is told in words. */
    public static <T> Setting<Optional<T>> optional(String key, Kind<T> kind, String absent, String meaning) {
        return new Setting<>(
                key,
                kind.range(),
                absent,
                meaning,
                said -> said.map(kind.reader()),
                value -> value.filter(kind.fits().negate()).isEmpty());
    }

    /** A setting that the server's own variables say where the operator says nothing; told in words. */
    public static <T> Setting<T> given(String key, Kind<T> kind, String absent, String meaning) {
        return new Setting<>(
                key,
                kind.range(),
                absent,
                meaning,
                said -> kind.reader().apply(said.orElseThrow(() -> new Unfit("and nothing says it"))),
                kind.fits());
    }

    /** The environment variable that says it. */
    public String variable() {
        return variable(key);
    }

    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    T read(Optional<String> said) {
        try {
            return require(reader.apply(said));
        } catch (Unfit unfit) {
            throw new IllegalArgumentException(sentence() + ", " + unfit.getMessage(), unfit);
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(sentence(), unfit);
        }
    }

    /** The value; throws IllegalArgumentException, with a sentence for the operator, for one that is not taken. */
    public T require(T value) {
        if (!fits.test(value)) {
            throw new IllegalArgumentException(sentence());
        }
        return value;
    }

    private String sentence() {
        return variable() + " must be " + range;
    }
}
