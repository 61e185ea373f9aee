package dev.sandlot.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerLogTest {
    private final Logger log = ServerLog.of(ServerLogTest.class);
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.setUseParentHandlers(false);
        log.addHandler(handler);
    }

    @AfterEach
    void leave() {
        log.removeHandler(handler);
    }

    @Test
    void everyLineOfARequestBeginsWithItsIdHoweverItIsLogged() {
        Request.within(Request.of("a:1", null), () -> {
            log.log(Level.INFO, "plain {0}");
            log.log(Level.INFO, "It''s {0} of {1}", new Object[] {"one", "two"});
            log.log(Level.INFO, () -> "from a supplier");
            Failures.log(log, Level.WARNING, new IllegalStateException("x"), () -> "failed");
        });

        assertThat(lines)
                .containsExactly("[a:1] plain {0}", "[a:1] It's one of two", "[a:1] from a supplier", "[a:1] failed");
    }

    @Test
    void aLineOfNoRequestHasNone() {
        Request.within(Request.of("a", null), () -> {});
        log.log(Level.INFO, "nobody''s {0}", 1);

        assertThat(lines).containsExactly("nobody's 1");
    }

    @Test
    void aContainerThatAsksTwiceGetsItOnce() {
        LogRecord line = new LogRecord(Level.INFO, "once");

        Request.within(Request.of("a", null), () -> {
            assertThat(log.getFilter().isLoggable(line)).isTrue();
            log.log(line);
        });

        assertThat(lines).containsExactly("[a] once");
    }
}
