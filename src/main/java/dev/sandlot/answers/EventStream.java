package dev.sandlot.answers;

import dev.sandlot.http.AnswerBody;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes server-sent events (HTML Standard, 9.2.5), each of them at once. */
final class EventStream {
    private final OutputStream out;

    /** In the body of an answer of which nothing is written. */
    static EventStream open(OutputStream out) throws IOException {
        AnswerBody.begin(out);
        return new EventStream(out);
    }

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /** {@code json} must be one line; {@code id}: what a client that comes back is to send. */
    void event(String name, @Nullable EventId id, String json) throws IOException {
        write((id == null ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: " + json + "\n\n");
    }

    /** Says nothing, to keep the connection alive. */
    void comment() throws IOException {
        write(": \n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
