package dev.sandlot.service;

import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxId;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;

/** One request by HTTP/1.1 (RFC 9112) to a service, and its answer. What the service sends is hostile: it is bounded. */
public final class ServiceConnection implements Closeable {
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(32_768).setMaxHeaderCount(200).build();

    private final DefaultBHttpClientConnection connection;

    private ServiceConnection(DefaultBHttpClientConnection connection) {
        this.connection = connection;
    }

    /** Connects; a read or write that takes longer than {@code idle} fails later with SocketTimeoutException. */
    public static ServiceConnection open(SandboxBackend backend, SandboxId sandbox, int port, Duration idle)
            throws SandboxException, IOException {
        DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(LIMITS);
        connection.bind(new StreamSocket(backend.connect(sandbox, port, idle)));
        return new ServiceConnection(connection);
    }

    /** Sends the request whole; the answer's body is read from its entity while this connection is open. */
    public ClassicHttpResponse exchange(ClassicHttpRequest request) throws IOException, HttpException {
        return new HttpRequestExecutor().execute(request, connection, HttpCoreContext.create());
    }

    @Override
    public void close() {
        connection.close(CloseMode.IMMEDIATE);
    }
}
