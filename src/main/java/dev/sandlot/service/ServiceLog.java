package dev.sandlot.service;

import dev.sandlot.sandbox.PlainText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines that a service has printed, each with the time at which it came; what a terminal would obey is left out. */
final class ServiceLog {
    private static final int LINES_MAX = 500;
    private static final int BYTES_MAX = 32 * 1024;
    private static final int LINE_MAX = 2048;

    private final Clock clock;
    private final Deque<LogLine> lines = new ArrayDeque<>();
    private final ByteBuffer open = ByteBuffer.allocate(LINE_MAX);
    private int length;

    ServiceLog(Clock clock) {
        this.clock = clock;
    }

    synchronized void add(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte one = bytes.get();
            if (one != '\n') {
                open.put(one);
            }
            if (one == '\n' || !open.hasRemaining()) {
                endLine();
            }
        }
    }

    private void endLine() {
        String text = new String(open.array(), 0, open.position(), StandardCharsets.UTF_8);
        open.clear();
        lines.addLast(new LogLine(clock.instant(), PlainText.line(text)));
        length += text.length();
        while (lines.size() > LINES_MAX || length > BYTES_MAX) {
            length -= lines.removeFirst().text().length();
        }
    }

    /** The oldest first; one that has not ended yet is left out. */
    synchronized List<LogLine> lines() {
        return List.copyOf(lines);
    }

    /** The service ended: what is left is its last line. */
    synchronized void end() {
        if (open.position() > 0) {
            endLine();
        }
    }
}
