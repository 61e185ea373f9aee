package dev.sandlot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerEventTest {
    private static List<ServerEvent> read(String... lines) {
        ServerEvent.Reader reader = new ServerEvent.Reader();
        List<ServerEvent> events = new ArrayList<>();
        for (String line : lines) {
            ServerEvent event = reader.read(line);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    @Test
    void anEventEndsWithAnEmptyLine() {
        assertThat(read("id: 3-4", "event: output", "data: {\"a\":1}", ""))
                .containsExactly(new ServerEvent("3-4", "output", "{\"a\":1}"));
    }

    @Test
    void commentsAndWhatIsUnknownSayNothing() {
        assertThat(read(": ", "", "retry: 5", "odd", "", "event: result", "data: x", ""))
                .containsExactly(new ServerEvent(null, "result", "x"));
    }

    @Test
    void theLastIdHoldsUntilThereIsAnotherOne() {
        assertThat(read("id: 1", "data: a", "", "data: b", "", "id: 2", "data: c", ""))
                .extracting(ServerEvent::id)
                .containsExactly("1", "1", "2");
    }

    @Test
    void linesOfDataAreOne() {
        assertThat(read("data: a", "data:b", "data:", "")).containsExactly(new ServerEvent(null, "", "a\nb\n"));
    }

    @Test
    void anEventWithoutItsEndIsNone() {
        assertThat(read("event: output", "data: half")).isEmpty();
    }
}
