package dev.sandlot.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.errors.Fault;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.Members.Texts;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Members are read alike, wherever they come from, and what is wrong with them is told in the same words. */
class MembersTest {
    private static final String ALL = "{'text':'t','long':'abc','number':8e1,'part':1.5,'huge':1e999999999,'true':true,"
            + "'null':null,'object':{'a':'1','b':2,'none':null},'array':['x',2],'deep':[['x']],'nul':'\\u0000'}";

    private final Faults faults = new Faults();

    private Members json() {
        return Members.of(BoundedJson.parse(bytes(), faults), faults, "body");
    }

    private static byte[] bytes() {
        return ALL.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private Members plain(Texts texts) {
        return Members.of(JsonBody.stored(ALL.replace('\'', '"'), faults).members(), texts, faults, "body");
    }

    private List<String> told() {
        return faults.all().stream()
                .map(fault -> fault.loc() + " " + fault.type() + " " + fault.msg())
                .toList();
    }

    /** What is wrong however a text is written. */
    static Stream<Arguments> faultsOfEverybody() {
        return Stream.of(
                fault(members -> members.require("none"), "[body, none] missing Field required"),
                fault(members -> members.require("null"), "[body, null] missing Field required"),
                fault(members -> members.text("object"), "[body, object] type_error Must be a string"),
                fault(members -> members.text("array", 9), "[body, array] type_error Must be a string"),
                fault(members -> members.text("long", 2), "[body, long] value_error Must be at most 2 characters"),
                fault(
                        members -> members.shell("nul", 2048),
                        "[body, nul] value_error Must be shell text of at most 2 KiB"),
                fault(members -> members.flag("text"), "[body, text] type_error Must be true or false"),
                fault(members -> members.whole("text", 1, 9, 0), "[body, text] type_error Must be a whole number"),
                fault(members -> members.whole("part", 1, 9, 0), "[body, part] type_error Must be a whole number"),
                fault(members -> members.whole("true", 1, 9, 0), "[body, true] type_error Must be a whole number"),
                fault(members -> members.whole("number", 1, 79, 0), "[body, number] value_error Must be 1 to 79"),
                fault(members -> members.whole("huge", 1, 79, 0), "[body, huge] value_error Must be 1 to 79"),
                fault(
                        members -> members.whole("number", 81, Long.MAX_VALUE, 0),
                        "[body, number] value_error Must be at least 81"),
                fault(members -> members.part("text", 9), "[body, text] type_error Must be an object"),
                fault(members -> members.part("array", 9), "[body, array] type_error Must be an object"),
                fault(members -> members.part("object", 1), "[body, object] value_error Must have at most 1 members"),
                fault(members -> members.list("object", 9), "[body, object] type_error Must be an array of strings"),
                fault(members -> members.list("array", 1), "[body, array] value_error Must be at most 1"),
                fault(members -> members.texts("deep", 9), "[body, deep, 0] type_error Must be a string"),
                fault(
                        members -> members.part("object", 9).whole("a", 1, 9, 0),
                        "[body, object, a] type_error Must be a whole number"));
    }

    private static Arguments fault(Consumer<Members> reading, String told) {
        return Arguments.of(reading, told);
    }

    @ParameterizedTest
    @MethodSource("faultsOfEverybody")
    void theWordsAreTheSame(Consumer<Members> reading, String told) {
        reading.accept(json());
        reading.accept(plain(Texts.QUOTED));
        reading.accept(plain(Texts.UNQUOTED));

        assertThat(told()).containsExactly(told, told, told);
    }

    @Test
    void whatIsGoodIsReadAlike() {
        for (Members members : List.of(json(), plain(Texts.QUOTED), plain(Texts.UNQUOTED))) {
            assertThat(members.text("text", 1)).contains("t");
            assertThat(members.whole("number", 1, 80, 0)).isEqualTo(80);
            assertThat(members.flag("true")).isTrue();
            assertThat(members.has("null")).isFalse();
            assertThat(members.whole("none", 1, 9, 7)).isEqualTo(7);
            assertThat(members.flag("none")).isFalse();
            assertThat(members.list("none", 9)).isEmpty();
            assertThat(members.part("none", 9).all()).isEmpty();
            assertThat(members.part("object", 9).text("a")).contains("1");
        }
        assertThat(told()).isEmpty();
    }

    @Test
    void whoWritesWithoutQuotesMeansTexts() {
        Members members = plain(Texts.UNQUOTED);

        assertThat(members.text("part", 9)).contains("1.5");
        assertThat(members.text("true", 9)).contains("true");
        assertThat(members.part("object", 9).texts()).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(members.texts("array", 9)).containsExactly("x", "2");
        assertThat(told()).isEmpty();
    }

    @Test
    void whoWritesJsonMeansWhatTheySay() {
        Members members = json();

        assertThat(members.text("part", 9)).isEmpty();
        assertThat(members.part("object", 9).texts()).isEqualTo(Map.of("a", "1"));
        assertThat(members.texts("array", 9)).containsExactly("x");

        assertThat(told())
                .containsExactly(
                        "[body, part] type_error Must be a string",
                        "[body, object, b] type_error Must be a string",
                        "[body, object, none] type_error Must be a string",
                        "[body, array, 1] type_error Must be a string");
    }

    @Test
    void namesThatAreNoTextsAreNamesAllTheSame() {
        Map<Object, Object> yaml = new HashMap<>();
        yaml.put(80, "web");
        yaml.put("none", null);
        yaml.put("infinite", Double.POSITIVE_INFINITY);
        Members members = Members.of(yaml, Texts.UNQUOTED, faults);

        assertThat(members.text("80", 9)).contains("web");
        assertThat(members.all()).containsOnlyKeys("80", "infinite");
        members.whole("infinite", 1, 9, 0);
        assertThat(faults.all()).extracting(Fault::msg).containsExactly("Must be a whole number");
    }
}
