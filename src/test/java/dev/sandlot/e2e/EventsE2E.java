package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandlot.e2e.Api.Answer;
import dev.sandlot.e2e.Api.Environment;
import dev.sandlot.e2e.Events.Event;
import jakarta.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Executions as server-sent events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsE2E {
    private static final Identities IDENTITIES = new Identities();

    @RegisterExtension
    static final SandlotServer SERVER = SandlotServer.trusting(IDENTITIES, Map.of("SANDLOT_STREAMS_PER_SERVER", "6"));

    private Api api;
    private Environment environment;

    @BeforeAll
    void provision() throws Exception {
        api = new Api(SERVER, IDENTITIES.admin());
        environment = api.provision();
    }

    @AfterAll
    void tearDown() throws Exception {
        api.delete(environment.id());
    }

    private Events execute(Environment where, String command, Map<String, Object> more) throws Exception {
        return Events.open(api.request(api.path("/" + where.id() + "/execute"))
                .header("Content-Type", "application/json")
                .header("X-Environment-Token", where.token())
                .POST(BodyPublishers.ofString(Api.body(command, more))));
    }

    private Events follow(String execution, Map<String, String> headers) throws Exception {
        var request = api.request(api.path("/" + environment.id() + "/executions/" + execution + "/output"));
        headers.forEach(request::header);
        return Events.open(request);
    }

    private static String text(List<Event> events) {
        return events.stream()
                .filter(event -> event.name().equals("output"))
                .map(Event::text)
                .collect(Collectors.joining());
    }

    private static Event last(List<Event> events) {
        assertThat(events.subList(0, events.size() - 1))
                .allMatch(event -> event.name().equals("output"));
        return events.get(events.size() - 1);
    }

    @Test
    void outputComesAsItIsWrittenAndTheRecordComesLast() throws Exception {
        try (Events events = execute(
                environment, "echo first; until [ -e /tmp/go ]; do sleep 0.05; done; echo é; exit 3", Map.of())) {
            Event first = events.next().orElseThrow();
            // The command waits for what only a reader of its first line does.
            api.output(environment, "touch /tmp/go");
            List<Event> rest = events.rest();

            assertThat(first.stream()).isEqualTo("output");
            assertThat(first.text()).isEqualTo("first\n");
            assertThat(first.data().getInt("offset")).isZero();
            assertThat(text(rest)).isEqualTo("é\n");
            JsonObject record = last(rest).data();
            assertThat(last(rest).name()).isEqualTo("result");
            assertThat(record.getInt("exit_code")).isEqualTo(3);
            assertThat(record.getString("id")).isEqualTo(events.header("X-Execution-Id"));
            assertThat(record.containsKey("output")).isFalse();
        }
    }

    @Test
    void streamsAreToldApart() throws Exception {
        try (Events events = execute(environment, "echo out; echo err >&2", Map.of("streams", "split"))) {
            List<Event> all = events.rest();

            assertThat(all.subList(0, all.size() - 1))
                    .extracting(event -> event.stream() + " " + event.text())
                    .containsExactlyInAnyOrder("stdout out\n", "stderr err\n");
            assertThat(last(all).name()).isEqualTo("result");
        }
    }

    @Test
    void aTimeoutIsAnErrorUnlessItIsAskedForAsAResult() throws Exception {
        try (Events asError = execute(environment, "echo a; sleep 30", Map.of("timeout_sec", 1));
                Events asResult =
                        execute(environment, "echo b; sleep 30", Map.of("timeout_sec", 1, "on_timeout", "result"))) {
            List<Event> errors = asError.rest();
            List<Event> results = asResult.rest();

            assertThat(text(errors)).isEqualTo("a\n");
            assertThat(last(errors).name()).isEqualTo("error");
            assertThat(last(errors).data().getInt("code")).isEqualTo(504);
            assertThat(text(results)).isEqualTo("b\n");
            assertThat(last(results).data().getString("state")).isEqualTo("timed_out");
        }
    }

    @Test
    void anEnvironmentThatDiesEndsTheStreamWithAnError() throws Exception {
        Environment doomed = api.provision();
        try (Events events = execute(doomed, "echo begun; sleep 300", Map.of("timeout_sec", 600))) {
            assertThat(events.next().orElseThrow().text()).isEqualTo("begun\n");

            SERVER.killKeeper(doomed.id());

            List<Event> rest = events.rest();
            assertThat(rest).hasSize(1);
            assertThat(rest.get(0).name()).isEqualTo("error");
            assertThat(rest.get(0).data().getString("type")).isEqualTo("bad_gateway_error");
        }
        api.delete(doomed.id());
    }

    @Test
    void anOutputIsReplayedFromTheStartOrFromTheLastEvent() throws Exception {
        String id;
        String middle;
        try (Events events = execute(environment, "printf one; sleep 0.2; printf two; sleep 0.2; printf 3", Map.of())) {
            id = events.header("X-Execution-Id");
            middle = events.next().orElseThrow().id();
            assertThat(text(events.rest())).isEqualTo("two3");
        }

        try (Events whole = follow(id, Map.of());
                Events rest = follow(id, Map.of("Last-Event-ID", middle))) {
            List<Event> all = whole.rest();
            assertThat(text(all)).isEqualTo("onetwo3");
            assertThat(last(all).name()).isEqualTo("result");
            assertThat(text(rest.rest())).isEqualTo("two3");
        }
    }

    @Test
    void anEventIdThatIsNoneIsAFault() throws Exception {
        String id = api.execute(environment, "echo x", Map.of()).header("X-Execution-Id");
        String path = api.path("/" + environment.id() + "/executions/" + id + "/output");

        for (String wrong : new String[] {"x", "1-1", "-1", "9999999999999999999999"}) {
            Answer refused = Api.send(
                    api.request(path).header("Accept", "text/event-stream").header("Last-Event-ID", wrong));
            assertThat(refused.isError(422, "validation_error").faults()).containsExactly("[header,Last-Event-ID]");
        }
    }

    @Test
    void aRefusedExecuteIsNoStream() throws Exception {
        Answer refused = api.post(
                "/" + environment.id() + "/execute",
                "{}",
                Map.of("X-Environment-Token", environment.token(), "Accept", "text/event-stream"));

        refused.isError(422, "validation_error");
    }

    @Test
    void aReaderThatDoesNotReadHoldsUpNothingAndMissesNothing() throws Exception {
        int size = 20_000_000;
        try (Events events = execute(environment, "head -c " + size + " /dev/zero | tr '\\0' x", Map.of())) {
            String id = events.header("X-Execution-Id");
            // Nothing is read until the command has ended: more than all buffers on the way can hold.
            while (!api.execution(environment, id).body().getString("state").equals("exited")) {
                Thread.onSpinWait();
            }

            List<Event> all = events.rest();
            assertThat(text(all).length()).isEqualTo(size);
            assertThat(last(all).name()).isEqualTo("result");
        }
    }

    @Test
    void moreFollowersThanMayAreRefused() throws Exception {
        String command = "until [ -e /tmp/enough ]; do sleep 0.05; done";
        try (Events first = execute(environment, command, Map.of());
                Events second = follow(first.header("X-Execution-Id"), Map.of());
                Events third = follow(first.header("X-Execution-Id"), Map.of())) {
            Answer refused = api.post(
                    "/" + environment.id() + "/execute",
                    Api.body("touch /tmp/must-not-run", Map.of()),
                    Map.of("X-Environment-Token", environment.token(), "Accept", "text/event-stream"));

            refused.isError(429, "rate_limit_error");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(api.output(environment, "ls /tmp/must-not-run 2>&1; touch /tmp/enough"))
                    .contains("No such file");
            assertThat(last(second.rest()).name()).isEqualTo("result");
            assertThat(last(third.rest()).name()).isEqualTo("result");
        }
    }
}
