package dev.sandlot.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Fault;
import dev.sandlot.errors.Faults;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
    private final Faults faults = new Faults();

    private JsonBody read(byte[] bytes) {
        return JsonBody.read(MediaType.APPLICATION_JSON_TYPE, new ByteArrayInputStream(bytes), 16 << 20, faults);
    }

    private JsonBody read(String json) {
        return read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private List<List<Object>> places() {
        return faults.all().stream().map(Fault::loc).toList();
    }

    static Stream<String> whatIsNotRead() {
        return Stream.of(
                "",
                "{",
                "{'a'",
                "{'a':",
                "{'a':1",
                "{'a':[1,",
                "{'a':1}x",
                "{'a':1}{}",
                "[]",
                "null",
                "1",
                "{'a':1e99999999999}",
                "{'a':-1e-99999999999}",
                "{'a':" + "9".repeat(101) + "}",
                "{'a':".repeat(101) + "1" + "}".repeat(101),
                "{'a':".repeat(20_000) + "1" + "}".repeat(20_000),
                "{'a':" + "[".repeat(1_000_000),
                "{'a':[" + "'',".repeat(2_700_000) + "'']}",
                "{'a':[" + "1,".repeat(100_000) + "1]}");
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNotRead(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.type()).isEqualTo(ErrorType.INVALID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u00ff", "\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00f8\u0088\u0080\u0080\u0080", "\u00e2\u0082"
            })
    void bytesThatAreNotUtf8AreInvalid(String latin) {
        byte[] body = ("{\"a\":\"" + latin + "\"}").getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.type()).isEqualTo(ErrorType.INVALID);
            assertThat(refused.detail()).isEqualTo("The body is not UTF-8");
        });
    }

    @Test
    void whatStandsForBytesThatAreNotUtf8IsReadWhereItIsMeant() {
        assertThat(read("{'t':'\ufffd'}").string("t")).contains("\ufffd");
    }

    @Test
    void whatIsWithinTheBoundsIsReadAsItIs() {
        JsonBody body = read(
                "{'t':'é\\ud83d\\ude00','deep':" + "[".repeat(98) + "]".repeat(98) + ",'n':1.5e3,'b':[true,null]}");

        assertThat(body.string("t")).contains("é\ud83d\ude00");
        assertThat(body.integer("n", 1, 2000, 0)).isEqualTo(1500);
        assertThat(body.members().get("b")).isEqualTo(List.of(true));
        assertThat(read("{'a':[" + "1,".repeat(99_000) + "1]}").canonical()).hasSize(7 + 2 * 99_001);
        assertThat(faults.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':'\\ud800'}|[body, a]",
                "{'a':'\\udc00\\ud800'}|[body, a]",
                "{'a':[0,{'b':'x\\ud83d'}]}|[body, a, 1, b]",
            })
    void halfOfASurrogatePairIsAFaultWhereItIs(String json, String place) {
        read(json);

        assertThat(places()).extracting(Object::toString).containsExactly(place);
    }

    @Test
    void halfOfASurrogatePairInANameIsAFaultToo() {
        read("{'a':{'\\ud800':1}}");

        assertThat(places()).hasSize(1).first().satisfies(loc -> assertThat(loc).startsWith("body", "a"));
    }

    @Test
    void aNulIsAFaultWhereItWouldBeStored() {
        JsonBody body = read("{'free':'\\u0000','in':{'a':['x','\\u0000'],'b\\u0000':1},'id':'\\u0000'}");
        assertThat(faults.isEmpty()).isTrue();

        body.requireStorable("in", "id", "none");

        assertThat(places())
                .containsExactly(List.of("body", "in", "a", 1), List.of("body", "in", "b\0"), List.of("body", "id"));
        body.requireStorable();
        assertThat(places()).contains(List.of("body", "free"));
    }

    @Test
    void aListThatIsTooLongIsOneFault() {
        JsonBody body = read("{'a':[" + "1,".repeat(50_000) + "1],'b':['x','y']}");

        assertThat(body.stringList("a", 64)).isEmpty();
        assertThat(body.stringList("b", 2)).containsExactly("x", "y");

        assertThat(places()).containsExactly(List.of("body", "a"));
    }
}
