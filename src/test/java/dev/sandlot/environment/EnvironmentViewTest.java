package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.environment.Environment.Assignment;
import dev.sandlot.environment.Environment.Commands;
import dev.sandlot.environment.Environment.Lifetime;
import dev.sandlot.environment.Environment.Owner;
import dev.sandlot.environment.Environment.Resources;
import dev.sandlot.environment.Environment.Status;
import dev.sandlot.http.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EnvironmentViewTest {
    private static final URI BASE = URI.create("http://127.0.0.1");
    private static final Environment FAILED = new Environment(
            UUID.randomUUID(),
            new Owner(new WorkspaceId("acme", "main"), "ada", "project"),
            new Assignment("shell@1.0.0", "do it", "{\"v\":1}"),
            new Status(EnvironmentState.FAILED, Instant.ofEpochSecond(2), "it broke"),
            new Lifetime(Instant.ofEpochSecond(1), Instant.ofEpochSecond(3)),
            "hash",
            new Commands(Map.of(), null, List.of()),
            new Resources(null, 1),
            List.of(),
            null);

    private static JsonObject written(Object view) {
        return jakarta.json.Json.createReader(new StringReader(Json.write(view)))
                .readObject();
    }

    private static void assertThatItIsThat(JsonObject written) {
        assertThat(written.getString("id")).isEqualTo(FAILED.id().toString());
        assertThat(written.getString("state")).isEqualTo("failed");
        assertThat(written.getString("expires_at")).isEqualTo("1970-01-01T00:00:03Z");
        assertThat(written.getString("instruction")).isEqualTo("do it");
        assertThat(written.getString("error")).isEqualTo("it broke");
        assertThat(written.getJsonObject("task_verification").getInt("v")).isOne();
        assertThat(written.isNull("service_urls")).isTrue();
    }

    @Test
    void eachMemberIsWrittenUnderItsOwnName() {
        JsonObject written = written(EnvironmentView.of(FAILED, Instant.ofEpochSecond(2), BASE, "secret"));

        assertThatItIsThat(written);
        assertThat(written.getString("task_ref")).isEqualTo("shell@1.0.0");
        assertThat(written.getString("created_at")).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(written.getString("execute_token")).isEqualTo("secret");
        assertThat(written.getString("project_id")).isEqualTo("project");
        assertThat(written).doesNotContainValue(jakarta.json.Json.createValue("hash"));
    }

    @Test
    void soItIsForAPoller() {
        assertThatItIsThat(written(EnvironmentStatus.of(FAILED, Instant.ofEpochSecond(2), BASE)));
    }
}
