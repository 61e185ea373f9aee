package dev.sandlot.sandbox.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.sandbox.SandboxLimits;
import dev.sandlot.sandbox.keeper.HostIds;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BundleConfigTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(256L << 20, 1000, 64, 64L << 20, 256);

    private static JsonObject config(RuntimeKind kind, Optional<HostIds.Range> users) {
        try (JsonReader reader = Json.createReader(new StringReader(BundleConfig.of(kind, LIMITS, users)))) {
            return reader.readObject();
        }
    }

    private static List<String> namespaces(JsonObject config) {
        return config.getJsonObject("linux").getJsonArray("namespaces").getValuesAs(JsonObject.class).stream()
                .map(one -> one.getString("type"))
                .toList();
    }

    private static List<String> terminals(JsonObject config) {
        return config.getJsonArray("mounts").getValuesAs(JsonObject.class).stream()
                .filter(one -> one.getString("type").equals("devpts"))
                .flatMap(one -> one.getJsonArray("options").getValuesAs(JsonString.class).stream())
                .map(JsonString::getString)
                .toList();
    }

    @Test
    void onTheHostsKernelUsersAreARangeOfItsIds() {
        JsonObject config = config(RuntimeKind.RUNC, Optional.of(new HostIds.Range(1L << 28)));

        assertThat(namespaces(config)).containsExactly("pid", "network", "ipc", "uts", "mount", "user");
        for (String mappings : List.of("uidMappings", "gidMappings")) {
            assertThat(config.getJsonObject("linux").getJsonArray(mappings))
                    .hasToString("[{\"containerID\":0,\"hostID\":268435456,\"size\":65536}]");
        }
        assertThat(terminals(config)).contains("max=64");
    }

    @Test
    void aKernelOfItsOwnSeesToItsUsersAndTerminals() {
        JsonObject config = config(RuntimeKind.RUNSC, Optional.empty());

        assertThat(namespaces(config)).doesNotContain("user");
        assertThat(config.getJsonObject("linux")).doesNotContainKeys("uidMappings", "gidMappings", "sysctl");
        assertThat(terminals(config)).doesNotContain("max=64");
    }

    @Test
    void theFirstProcessIsTheKeeperWithoutNewRights() {
        JsonObject process = config(RuntimeKind.CRUN, Optional.empty()).getJsonObject("process");

        assertThat(process.getJsonArray("args")).hasToString("[\"/.sandlot\"]");
        assertThat(process.getBoolean("noNewPrivileges")).isTrue();
        assertThat(process.getJsonObject("capabilities").getJsonArray("bounding"))
                .hasSize(10)
                .noneMatch(one -> one.toString().contains("SYS_ADMIN"));
    }
}
