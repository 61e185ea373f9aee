package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that want a way out of their sandbox. What they reach is the sandbox's suite's business. */
class EgressE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final NameServer NAMES = new NameServer();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_PUBLISHED_EGRESS", "true"))
            .withNameServer(NameServer.ADDRESS);

    private final Api api = new Api(SERVER, IDENTITIES.admin());
    private final String name = "n" + UUID.randomUUID();

    private Answer publish(String network) throws Exception {
        return Api.send(api.request("/api/v1/org/acme/tasks/" + name + "/1.0.0")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(
                        "{\"instruction\":\"x\",\"verification\":{},\"network\":" + network + "}")));
    }

    private String provisionBody() {
        return "{\"task_ref\":\"" + name + "\"}";
    }

    @Test
    void anEnvironmentGetsTheWayOutThatItsTaskAsksFor() throws Exception {
        assertThat(publish("{\"allow\":[\"203.0.113.9:80\",\"localhost:81\"]}").status())
                .isEqualTo(201);

        Environment environment = api.provision(provisionBody());

        assertThat(api.output(environment, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | sort"))
                .isEqualTo("lo\ntap0\n");
        assertThat(api.output(environment, "cat /etc/hosts")).contains("127.0.0.1\tlocalhost");
        api.delete(environment.id());
    }

    /** What a command finds for that name: an address, or nothing. */
    private String lookUp(String target, boolean resolves) throws Exception {
        assertThat(publish("{\"allow\":[\"203.0.113.9:80\"],\"dns\":" + resolves + "}")
                        .status())
                .isEqualTo(201);
        Environment environment = api.provision(provisionBody());
        String found = api.output(environment, "getent ahostsv4 " + target + " | head -n 1 | cut -d' ' -f1");
        api.delete(environment.id());
        return found.strip();
    }

    @Test
    void commandsAskTheHostsNameServerWhereTheirTaskSaysSo() throws Exception {
        assertThat(lookUp("asked.sandlot.test", true)).isEqualTo(NameServer.ANSWER);
        assertThat(NAMES.asked()).contains("asked.sandlot.test");
    }

    @Test
    void commandsAskNobodyOtherwise() throws Exception {
        assertThat(lookUp("hidden.sandlot.test", false)).isEmpty();
        assertThat(NAMES.asked()).doesNotContain("hidden.sandlot.test");
    }

    @Test
    void aNameThatMeansNothingFailsWithTheReason() throws Exception {
        assertThat(publish("{\"allow\":[\"nothing.invalid:443\"]}").status()).isEqualTo(201);

        Answer refused = api.post("", provisionBody(), Map.of()).isError(502, "bad_gateway_error");

        assertThat(refused.body().getString("detail")).contains("nothing.invalid");
    }

    @Test
    void publishersNameNoPrivateAddresses() throws Exception {
        for (String target : new String[] {"10.0.0.0/8", "169.254.169.254:80", "127.0.0.1"}) {
            assertThat(publish("{\"allow\":[\"" + target + "\"]}")
                            .isError(422, "validation_error")
                            .faults())
                    .containsExactly("[body,network,allow]");
        }
    }

    @Test
    void version6IsRefusedInASentence() throws Exception {
        for (String target : new String[] {"2001:db8::1", "2001:db8::/32", "[2001:db8::1]:443", "::/0"}) {
            Answer refused =
                    publish("{\"allow\":[\"pypi.org:443\",\"" + target + "\"]}").isError(422, "validation_error");

            assertThat(refused.faults()).containsExactly("[body,network,allow]");
            assertThat(refused.body().getString("detail")).contains("no IPv6");
        }
    }

    @Test
    void whatIsNoNetworkIsRefused() throws Exception {
        for (String network : new String[] {
            "{\"allow\":\"x\"}", "{\"allow\":[\"a b\",\"c/8\"]}", "{\"allow\":[\"a.example\"],\"dns\":\"yes\"}", "[]"
        }) {
            assertThat(publish(network)
                            .isError(422, "validation_error")
                            .faults()
                            .toString())
                    .as(network)
                    .contains("[body,network");
        }
    }
}
