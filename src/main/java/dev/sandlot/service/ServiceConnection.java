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
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.io.CloseMode;

/**
 * One request by HTTP/1.1 (RFC 9112) to a service, and its answer. What the service sends is hostile: it is bounded, in
 * size and in the time until it has begun to answer.
 */
public final class ServiceConnection implements Closeable {
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(32_768).setMaxHeaderCount(200).build();

    /** The most answers before the answer (RFC 9110, 15.2). */
    private static final int INFORMATIONAL_MAX = 8;

    private static final int FIRST_FINAL_STATUS = 200;
    private static final int LAST_STATUS = 599;

    private final DefaultBHttpClientConnection connection;
    private final StreamSocket socket;
    private final Duration patience;

    private ServiceConnection(DefaultBHttpClientConnection connection, StreamSocket socket, Duration patience) {
        this.connection = connection;
        this.socket = socket;
        this.patience = patience;
    }

    /**
     * Connects; a read or write that takes longer than {@code idle} fails later with SocketTimeoutException, and so does
     * the first read after that time in which no answer has begun.
     */
    public static ServiceConnection open(SandboxBackend backend, SandboxId sandbox, int port, Duration idle)
            throws SandboxException, IOException {
        DefaultBHttpClientConnection connection = new DefaultBHttpClientConnection(LIMITS);
        StreamSocket socket = new StreamSocket(backend.connect(sandbox, port, idle));
        connection.bind(socket);
        return new ServiceConnection(connection, socket, idle);
    }

    /** Sends the request whole; the answer's body is read from its entity while this connection is open. */
    public ClassicHttpResponse exchange(ClassicHttpRequest request) throws IOException, HttpException {
        connection.sendRequestHeader(request);
        if (request.getEntity() != null) {
            connection.sendRequestEntity(request);
        }
        connection.flush();
        socket.expectWithin(patience);
        ClassicHttpResponse answer = receiveHead();
        socket.expectAnyTime();
        if (MessageSupport.canResponseHaveBody(request.getMethod(), answer)) {
            connection.receiveResponseEntity(answer);
        }
        return answer;
    }

    /** Passes over what only announces it. */
    private ClassicHttpResponse receiveHead() throws IOException, HttpException {
        for (int i = 0; i <= INFORMATIONAL_MAX; i++) {
            ClassicHttpResponse answer = connection.receiveResponseHeader();
            if (answer.getCode() > LAST_STATUS) {
                throw new ProtocolException("a status of " + answer.getCode());
            }
            if (answer.getCode() >= FIRST_FINAL_STATUS) {
                return answer;
            }
        }
        throw new ProtocolException("more than " + INFORMATIONAL_MAX + " informational answers");
    }

    @Override
    public void close() {
        connection.close(CloseMode.IMMEDIATE);
    }
}
