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
        Faults faults = new Faults();
        JsonBody body = JsonBody.read(
                MediaType.APPLICATION_JSON_TYPE,
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                4 << 20,
                faults);
        ExecuteRequest request = ExecuteRequest.read(body, faults);
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

        assertThat(request.stdin()).contains("in");
        assertThat(request.cwd()).contains("/tmp");
        assertThat(request.env()).containsEntry("A", "b");
        assertThat(request.split()).isTrue();
        assertThat(request.timeoutIsResult()).contains(true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|command",
                "{'command':''}|command",
                "{'command':1}|command",
                "{'command':'a\\u0000b'}|command",
                "{'command':'x','timeout_sec':0}|timeout_sec",
                "{'command':'x','timeout_sec':601}|timeout_sec",
                "{'command':'x','timeout_sec':1.5}|timeout_sec",
                "{'command':'x','timeout_sec':'30'}|timeout_sec",
                "{'command':'x','timeout_sec':1e999999999}|timeout_sec",
                "{'command':'x','cwd':'tmp'}|cwd",
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
        assertThat(faults("{\"timeout_sec\":0,\"cwd\":\"x\",\"env\":{\"1\":2}}"))
                .hasSize(4);
    }

    @Test
    void aCommandOverItsLimitIsAFault() {
        assertThat(faults("{\"command\":\"" + "x".repeat((1 << 20) + 1) + "\"}"))
                .hasSize(1);
        assertThat(faults("{\"command\":\"" + "x".repeat(1 << 20) + "\"}")).isEmpty();
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
