package dev.sandlot.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.task.TaskService;
import dev.sandlot.task.TaskService.Restart;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceUrlTest {
    private static final TaskService WEB =
            new TaskService("web", Optional.empty(), 8000, Optional.empty(), Duration.ofMinutes(1), Restart.ALWAYS);

    @ParameterizedTest
    @CsvSource({
        "http://host:9080/api/v1/, http://host:9080, host, 9080",
        "https://host/api/v1/, https://host, host, 443",
        "http://host, http://host, host, 80",
        "http://under_scored:9080/, http://under_scored:9080, under_scored, 9080",
        "http://[::1]:9080/, http://[::1]:9080, [::1], 9080",
        "http://[::1]/, http://[::1], [::1], 80"
    })
    void saysWhereAClientFindsTheServer(String base, String root, String host, String port) {
        UUID environment = UUID.randomUUID();

        Map<String, String> variables = ServiceUrl.variables(environment, List.of(WEB), URI.create(base));

        assertThat(variables)
                .containsEntry("web_url", root + "/_services/" + environment + "/web/")
                .containsEntry("web_host", host)
                .containsEntry("web_port", port);
    }
}
