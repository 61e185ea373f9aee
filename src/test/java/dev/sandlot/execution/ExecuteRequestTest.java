package dev.sandlot.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.errors.Fault;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecuteRequestTest {
    private static ExecuteRequest read(String json) {
        return read(json, false);
    }

    private static ExecuteRequest read(String json, boolean patient) {
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(
                MediaType.APPLICATION_JSON_TYPE,
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                8 << 20,
                faults);
        ExecuteRequest request = ExecuteRequest.read(body, patient, faults);
        faults.throwIfAny();
        return request;
    }

    private static List<Fault> faults(String json) {
        try {
            read(json);
            return List.of();
        } catch (ApiException refused) {
            return refused.faults();
        }
    }

    @Test
    void aCommandIsEnough() {
        ExecuteRequest request = read("{\"command\":\"true\",\"unknown\":[1]}");

        assertThat(request.timeoutSeconds()).isEqualTo(30);
        assertThat(request.split()).isFalse();
        assertThat(request.timeoutIsResult()).isEmpty();
    }

    @Test
    void everythingIsRead() {
        ExecuteRequest request = read("{\"command\":\"cat\",\"timeout_sec\":600,\"stdin\":\"in\",\"cwd\":\"/tmp\","
                + "\"env\":{\"A\":\"b\"},\"streams\":\"split\",\"on_timeout\":\"result\"}");

        assertThat(input(request)).isEqualTo("in");
        assertThat(request.surroundings().cwd()).contains("/tmp");
        assertThat(request.surroundings().env()).containsEntry("A", "b");
        assertThat(request.split()).isTrue();
        assertThat(request.timeoutIsResult()).contains(true);
    }

    private static String input(ExecuteRequest request) {
        return StandardCharsets.UTF_8
                .decode(request.pipes().stdin().orElseThrow().duplicate())
                .toString();
    }

    @Test
    void whatOtherClientsAskForIsRead() {
        ExecuteRequest request =
                read("{\"argv\":[\"echo\",\"it's $HOME\",\"\"],\"user\":\"1000:users\",\"cwd\":\"below/it\","
                        + "\"shell\":\"/bin/bash\",\"stdin_base64\":\"YWI=\",\"idle_timeout_sec\":9}");

        assertThat(request.command()).isEqualTo("exec 'echo' 'it'\\''s $HOME' ''");
        assertThat(request.surroundings().user()).contains("1000:users");
        assertThat(request.surroundings().cwd()).contains("below/it");
        assertThat(request.surroundings().shell()).contains("/bin/bash");
        assertThat(input(request)).isEqualTo("ab");
        assertThat(request.idle().toSeconds()).isEqualTo(9);
        assertThat(read("{\"command\":\"cat\",\"stdin_open\":true}").pipes().open())
                .isTrue();
    }

    @Test
    void whoDoesNotWaitForOneAnswerMayAskForMoreTime() {
        String hour = "{\"command\":\"x\",\"timeout_sec\":3600}";

        assertThat(read(hour, true).timeoutSeconds()).isEqualTo(3600);
        assertThatThrownBy(() -> read(hour)).hasMessageContaining("timeout_sec: must be 1 to 600");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'command':'x','argv':['y']}|argv",
                "{'argv':[]}|argv",
                "{'argv':['-c']}|argv",
                "{'argv':['']}|argv",
                "{'argv':['a\\u0000b']}|argv",
                "{'argv':'x'}|argv",
                "{'command':'x','user':''}|user",
                "{'command':'x','user':':0'}|user",
                "{'command':'x','user':'a:b:c'}|user",
                "{'command':'x','user':0}|user",
                "{'command':'x','shell':'bash'}|shell",
                "{'command':'x','shell':''}|shell",
                "{'command':'x','cwd':''}|cwd",
                "{'command':'x','idle_timeout_sec':0}|idle_timeout_sec",
                "{'command':'x','stdin_base64':'?'}|stdin_base64",
                "{'command':'x','stdin_base64':'YQ==','stdin':'a'}|stdin_base64",
                "{'command':'x','stdin':'a','stdin_open':true}|stdin_open",
                "{'command':'x','stdin_open':'yes'}|stdin_open",
                "{}|command",
                "{'command':''}|command",
                "{'command':1}|command",
                "{'command':'a\\u0000b'}|command",
                "{'command':'x','timeout_sec':0}|timeout_sec",
                "{'command':'x','timeout_sec':601}|timeout_sec",
                "{'command':'x','timeout_sec':1.5}|timeout_sec",
                "{'command':'x','timeout_sec':'30'}|timeout_sec",
                "{'command':'x','timeout_sec':1e999999999}|timeout_sec",
                "{'command':'x','env':[]}|env",
                "{'command':'x','env':{'A=B':'c'}}|env",
                "{'command':'x','streams':'both'}|streams",
                "{'command':'x','on_timeout':'ignore'}|on_timeout",
                "{'command':'x','stdin':1}|stdin",
            })
    void aFaultNamesItsMember(String json, String member) {
        assertThat(faults(json.replace('\'', '"'))).hasSize(1).allSatisfy(fault -> {
            assertThat(fault.loc()).startsWith("body", member);
            assertThat(fault.msg()).isNotBlank();
        });
    }

    @Test
    void allFaultsAreToldAtOnce() {
        assertThat(faults("{\"timeout_sec\":0,\"cwd\":\"\",\"env\":{\"1\":2}}")).hasSize(4);
    }

    @Test
    void aCommandOverItsLimitIsAFault() {
        assertThat(faults("{\"command\":\"" + "x".repeat((2 << 20) + 1) + "\"}"))
                .hasSize(1);
        assertThat(faults("{\"command\":\"" + "x".repeat(2 << 20) + "\"}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"x\"", "{", "{\"command\":}", "nonsense"})
    void whatIsNoObjectIsInvalid(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.type()).isEqualTo(ErrorType.INVALID));
    }
}
