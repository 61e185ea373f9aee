package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import jakarta.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server of the files that the README names and no others, and one that can take no token. */
class LaidOutByHandE2E {
    private final Identities identities = new Identities();

    /** A rolling restart on one host: what an older build has begun goes on, and who repeats a request misses nothing. */
    @Test
    void aNewBuildTakesOverFromAnOldOneUnderLoad() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the old keeper is one for x86_64");
        SandlotServer server = SandlotServer.trusting(identities, Map.of())
                .laidOutByHand()
                .withKeeper(Path.of("src/test/resources/keeper/old-x86_64"));
        try {
            server.start();
            Api api = new Api(server, identities.admin());
            assertThat(api.inWorkspace("").header("Strict-Transport-Security")).isEmpty();
            Environment old = api.provision();
            api.output(old, "sleep 600 &");
            Answer begun = api.post(
                    "/" + old.id() + "/execute",
                    Api.body("until [ -e /tmp/go ]; do sleep 0.1; done; exit 5", Map.of("timeout_sec", 600)),
                    Map.of("X-Environment-Token", old.token(), "Prefer", "respond-async"));
            try (KeyedLoad load = new KeyedLoad(api, old)) {
                load.awaitAnswers(20);

                assertThat(server.stop()).as("exit code").isZero();
                server.upgrade();
                server.start();

                load.awaitAnswers(20);
                load.assertEachHasRunOnce();
            }
            assertThat(server.keepers()).as("programs of keepers").hasSize(2);
            assertThat(api.output(old, "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 60[0]'"))
                    .isEqualTo("1\n");
            api.output(old, "touch /tmp/go");
            JsonObject record = begun.body();
            while (!record.getString("state").equals("exited")) {
                assertThat(record.getString("state")).isIn("queued", "running");
                record = api.execution(old, record.getString("id")).body();
            }
            assertThat(record.getInt("exit_code")).isEqualTo(5);
            Environment young = api.provision();
            assertThat(api.output(young, "echo young")).isEqualTo("young\n");
            assertThat(api.delete(old.id()).status()).isEqualTo(204);
            assertThat(api.delete(young.id()).status()).isEqualTo(204);
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
