package dev.sandlot.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private final List<String> passed = new ArrayList<>();
    private final HttpServletResponse client = (HttpServletResponse) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (proxy, method, arguments) -> {
                passed.add(method.getName() + " " + arguments[0] + "=" + arguments[1]);
                return null;
            });

    private static BasicClassicHttpResponse answer(String name, String value) {
        BasicClassicHttpResponse answer = new BasicClassicHttpResponse(200);
        answer.addHeader("X-First", "1");
        answer.addHeader(name, value);
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"X\u0001Y", "X\u007f", "X Y", "X\tY", "é", "(X)", "X\"", ""})
    void aMessageWithANameThatIsNoneIsNoHttp(String name) {
        assertThatThrownBy(() -> Headers.passOn(answer(name, "1"), client)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void namesOfAllThatATokenIsMadeOfGoThrough() throws ProtocolException {
        Headers.passOn(answer("aZ09!#$%&'*+-.^_`|~", "1"), client);

        assertThat(passed).containsExactly("addHeader X-First=1", "addHeader aZ09!#$%&'*+-.^_`|~=1");
    }

    @Test
    void valuesWithControlCharactersAreLeftOut() throws ProtocolException {
        Headers.passOn(answer("X-Odd", "a\u0001b"), client);
        Headers.passOn(answer("X-Odd", "a\u007fb"), client);

        assertThat(passed).containsOnly("addHeader X-First=1");
    }
}
