package dev.sandlot.exchange;

import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.http.Envelopes;
import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** An answer that workers send. Closing it gives back what was held for it. */
final class PacedResponse extends HttpServletResponseWrapper implements AnswerStream.Client, Share {
    private static final Logger LOG = ServerLog.of(PacedResponse.class);

    private final HttpServletResponse client;
    private final Budget budget;
    private final Tenant tenant;
    private final AnswerStream stream;
    private @Nullable PrintWriter writer;
    private volatile Share held = Share.NOTHING;

    PacedResponse(HttpServletResponse client, Budget budget, Tenant tenant) {
        super(client);
        this.client = client;
        this.budget = budget;
        this.tenant = tenant;
        this.stream = new AnswerStream(this, System::nanoTime);
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return stream;
    }

    @Override
    public PrintWriter getWriter() {
        PrintWriter made = writer;
        if (made == null) {
            made = new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), false);
            writer = made;
        }
        return made;
    }

    @Override
    public void flushBuffer() throws IOException {
        stream.flush();
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        stream.forget();
    }

    @Override
    public void reset() {
        super.reset();
        stream.forget();
    }

    /** By a worker: sends what is left of it. */
    void finish() {
        try {
            takeRoom();
            if (!client.isCommitted() || stream.kept() > 0) {
                stream.finish();
            }
        } catch (IOException gone) {
            Failures.log(LOG, Level.FINE, gone, () -> "A client did not take its answer");
        } catch (ApiException full) {
            refuse(full);
        }
    }

    /** What was made in whole is refused where its organization's readers leave too much of it in memory. */
    private void takeRoom() {
        if (stream.kept() > AnswerStream.SHORT) {
            held = budget.take(tenant, stream.kept());
        }
    }

    private void refuse(ApiException full) {
        try {
            stream.forget();
            Envelopes.write(full, client);
            client.flushBuffer();
        } catch (IOException gone) {
            Failures.log(LOG, Level.FINE, gone, () -> "A client did not take its refusal");
        }
    }

    @Override
    public ServletOutputStream stream() throws IOException {
        return client.getOutputStream();
    }

    @Override
    public void length(int bytes) {
        if (bytes > 0) {
            client.setContentLength(bytes);
        }
    }

    /** The command has run: its answer is not refused, but what comes next is. */
    @Override
    public void holds(int bytes) {
        held = budget.adopt(tenant, bytes);
    }

    @Override
    public void close() {
        held.close();
    }
}
