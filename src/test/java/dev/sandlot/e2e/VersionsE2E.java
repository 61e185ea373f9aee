package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Identities.Token;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Far more published versions than the server has memory for. */
class VersionsE2E {
    private static final Identities IDENTITIES = new Identities();
    private static final int ORGS = 4;
    private static final int VERSIONS = 30;
    private static final String DEFINITION =
            "{\"instruction\":\"Do it\",\"verification\":{},\"solution\":\"" + "x".repeat(1_000_000) + "\"}";

    @RegisterExtension
    static final SandlotServer SERVER =
            SandlotServer.trusting(IDENTITIES, Map.of("JVM_ARGS", SandlotServer.SHORT_LIVED + " -Xmx256m"));

    private static Api of(int org) {
        Token token = new Token();
        token.workspaces = List.of("org" + org + "/main");
        return new Api(SERVER.uri(), IDENTITIES.sign(token), "org" + org, "main");
    }

    private static String path(int org, String below) {
        return "/api/v1/org/org" + org + "/tasks/" + below;
    }

    @Test
    void theirNumberCostsTheServerNothing() throws Exception {
        for (int i = 0; i < ORGS * VERSIONS; i++) {
            Answer made = Api.send(of(i % ORGS)
                    .request(path(i % ORGS, "large/1.0." + i))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString(DEFINITION)));
            assertThat(made.status()).as(i + ": " + made.body()).isEqualTo(201);
        }
        assertAllIsThere();

        SERVER.kill();
        SERVER.start();

        assertAllIsThere();
    }

    private static void assertAllIsThere() throws Exception {
        for (int org = 0; org < ORGS; org++) {
            Api api = of(org);
            assertThat(api.get(path(org, "large/versions")).body().getJsonArray("versions"))
                    .hasSize(VERSIONS);
            for (String ref : List.of("shell", "large", "large@1.0." + org)) {
                api.delete(api.provision("{\"task_ref\":\"" + ref + "\"}").id());
            }
        }
    }
}
