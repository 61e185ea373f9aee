package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server of the files that the README names and no others, and one that can take no token. */
class LaidOutByHandE2E {
    private final Identities identities = new Identities();

    @Test
    void itTakesTokens() throws Exception {
        SandlotServer server = SandlotServer.trusting(identities, Map.of()).laidOutByHand();
        try {
            server.start();

            assertThat(new Api(server, identities.admin()).inWorkspace("").status())
                    .isEqualTo(200);
        } finally {
            server.afterAll(null);
        }
    }

    @Test
    void oneWhoseContainerLetsNobodyInIsNotReady() throws Exception {
        SandlotServer server = SandlotServer.trusting(identities, Map.of()).laidOutByHand();
        Path key = server.output().resolve("resources/security/ltpa.keys");
        Files.createDirectories(key.getParent());
        Files.writeString(key, "this is no key\n");
        try {
            server.startUnready();

            assertIdentityIsDown(server);
        } finally {
            server.afterAll(null);
        }
    }

    @Test
    void oneWithoutItsProvidersKeyIsNotReady() throws Exception {
        SandlotServer server = new SandlotServer(Map.of(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION", "file:/nowhere/key.pem",
                "MP_JWT_VERIFY_ISSUER", Identities.ISSUER,
                "MP_JWT_VERIFY_AUDIENCES", Identities.AUDIENCE));
        try {
            server.startUnready();

            assertIdentityIsDown(server);
        } finally {
            server.afterAll(null);
        }
    }

    private void assertIdentityIsDown(SandlotServer server) throws Exception {
        HttpResponse<String> ready = Api.plainGet(server.uri().resolve("/health/ready"));

        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body().replaceAll("\\s", ""))
                .containsPattern("\"name\":\"identity\",\"status\":\"DOWN\"|\"status\":\"DOWN\",\"name\":\"identity\"");
    }
}
