package com.google.cloud.tools.jib.http;

import com.google.api.client.http.HttpTransport;
import com.google.cloud.tools.jib.api.LogEvent;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The registry library's client on transports of our own. It lives here since the library takes them from its own package
 * only.
 */
public final class TransportHttpClient extends FailoverHttpClient {
    /**
     * @param plain whether a server may speak HTTP alone, or TLS with a certificate that nobody vouches for
     * @param verifying makes the transport that is tried first
     * @param trusting makes the one that takes any certificate
     */
    public TransportHttpClient(
            boolean plain,
            Consumer<LogEvent> log,
            Supplier<HttpTransport> verifying,
            Supplier<HttpTransport> trusting) {
        super(plain, plain, log, verifying, trusting, true);
    }
}
