package dev.sandlot.sandbox.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Both ends of a socket mean the same by a number. */
class TagTest {
    private static final Pattern ENUM = Pattern.compile("enum (\\w+) \\{([^}]*)}");
    private static final Pattern CONSTANT = Pattern.compile("([A-Z0-9_]+) = (\\d+)");

    private static final Pattern TRAIT = Pattern.compile("#define RUNTIME_([A-Z]+) (\\d+)u");

    private static String headers() throws IOException {
        return Files.readString(Path.of("src/main/c/spec.h"))
                + Files.readString(Path.of("src/main/c/frame.h"))
                + Files.readString(Path.of("src/main/c/ask.h"));
    }

    /** The constants of the keeper's enums of such names. */
    private static Map<String, Integer> ofTheKeeper(String enums) throws Exception {
        String headers = headers();
        Map<String, Integer> constants = new TreeMap<>();
        for (MatchResult found : ENUM.matcher(headers).results().toList()) {
            if (found.group(1).matches(enums)) {
                CONSTANT.matcher(found.group(2))
                        .results()
                        .forEach(one -> constants.put(one.group(1), Integer.valueOf(one.group(2))));
            }
        }
        return constants;
    }

    private static Map<String, Integer> of(Class<?> names, String prefix) throws Exception {
        Map<String, Integer> constants = new TreeMap<>();
        for (Field field : names.getDeclaredFields()) {
            constants.put(prefix + field.getName(), field.getInt(null));
        }
        return constants;
    }

    /** Those of the class whose names begin like that. */
    private static Map<String, Integer> among(Class<?> names, String prefix) throws Exception {
        Map<String, Integer> constants = new TreeMap<>();
        for (Field field : names.getDeclaredFields()) {
            if (field.getName().startsWith(prefix)) {
                field.setAccessible(true);
                constants.put(field.getName(), field.getInt(null));
            }
        }
        return constants;
    }

    @Test
    void flagsOfAnEnd() throws Exception {
        assertThat(among(ExecAnswer.class, "FLAG_")).isNotEmpty().isEqualTo(ofTheKeeper("exited_flag"));
    }

    @Test
    void kindsOfAFailure() throws Exception {
        assertThat(among(ExecAnswer.class, "KIND_")).isNotEmpty().isEqualTo(ofTheKeeper("failed_kind"));
    }

    @Test
    void traitsOfARuntime() throws Exception {
        Map<String, Integer> defined = new TreeMap<>();
        TRAIT.matcher(headers()).results().forEach(one -> defined.put(one.group(1), Integer.valueOf(one.group(2))));
        Map<String, Integer> traits = new TreeMap<>();
        for (RuntimeTrait trait : RuntimeTrait.values()) {
            traits.put(trait.name(), trait.bit());
        }

        assertThat(traits).isEqualTo(defined);
    }

    @Test
    void fields() throws Exception {
        assertThat(of(Tag.class, "")).isNotEmpty().isEqualTo(ofTheKeeper("\\w+_tag"));
    }

    @Test
    void errands() throws Exception {
        Map<String, Integer> errands = new TreeMap<>();
        for (Errand errand : Errand.values()) {
            errands.put("ERRAND_" + errand.name(), errand.number());
        }

        assertThat(errands).isEqualTo(ofTheKeeper("errand"));
    }

    @Test
    void flagsOfAnErrand() throws Exception {
        Map<String, Integer> flags = new TreeMap<>();
        among(Errand.class, "FLAG_").forEach((name, number) -> flags.put("ASK_" + name, number));

        assertThat(flags).isNotEmpty().isEqualTo(ofTheKeeper("ask_flag"));
    }

    @Test
    void parcels() throws Exception {
        Map<String, Integer> types = Map.of(
                "PARCEL_ASK", Parcels.ASK,
                "PARCEL_DATA", Parcels.DATA,
                "PARCEL_END", Parcels.END,
                "PARCEL_ENTRY", Parcels.ENTRY);

        assertThat(types).isEqualTo(ofTheKeeper("parcel_type"));
    }

    @Test
    void frames() throws Exception {
        assertThat(of(FrameType.class, "FRAME_")).isNotEmpty().isEqualTo(ofTheKeeper("frame_type"));
    }
}
