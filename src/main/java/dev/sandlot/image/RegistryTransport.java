package dev.sandlot.image;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpRequest;
import org.apache.http.HttpRequestInterceptor;
import org.apache.http.HttpResponse;
import org.apache.http.HttpResponseInterceptor;
import org.apache.http.HttpStatus;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.protocol.HttpContext;
import org.apache.http.ssl.SSLContexts;

/**
 * How one registry is spoken to, by one thread. Whatever the library reads into memory as a whole (manifests, tokens,
 * what is said of an error) is bounded before it gets there; a blob is a stream, and bounded by who takes it.
 */
final class RegistryTransport {
    private static final String BEARER = "Bearer ";
    /** The least that a registry must take of a manifest (OCI distribution specification, "Pushing Manifests"). */
    private static final int TEXT_MAX = 4 << 20;

    private boolean fetchesBlob;
    private boolean wantsToken;
    private boolean redirected;

    /** Takes certificates that the host vouches for. */
    HttpTransport verifying() {
        return new ApacheHttpTransport(builder()
                .setSSLSocketFactory(SSLConnectionSocketFactory.getSystemSocketFactory())
                .build());
    }

    /** Takes any certificate: for servers of this machine. */
    HttpTransport trusting() {
        return new ApacheHttpTransport(builder()
                .setSSLContext(anyCertificate())
                .setSSLHostnameVerifier(new NoopHostnameVerifier())
                .build());
    }

    private static SSLContext anyCertificate() {
        try {
            return SSLContexts.custom()
                    .loadTrustMaterial(null, (X509Certificate[] chain, String kind) -> true)
                    .build();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("TLS is not to be had", impossible);
        }
    }

    private HttpClientBuilder builder() {
        return ApacheHttpTransport.newDefaultHttpClientBuilder()
                .disableContentCompression()
                .addInterceptorLast((HttpRequestInterceptor)
                        (request, context) -> request.removeHeaders(HttpHeaders.ACCEPT_ENCODING))
                .addInterceptorLast((HttpResponseInterceptor) this::bound);
    }

    /** What is asked for next is a blob. */
    void beginBlob() {
        fetchesBlob = true;
        wantsToken = false;
        redirected = false;
    }

    void endBlob() {
        fetchesBlob = false;
    }

    private void bound(HttpResponse response, HttpContext context) {
        HttpClientContext exchange = HttpClientContext.adapt(context);
        HttpEntity entity = response.getEntity();
        if (isBlob(response, exchange.getRequest()) || entity == null) {
            return;
        }
        // What is compressed would have no bound in memory, and nobody asked for it.
        int most = response.containsHeader(HttpHeaders.CONTENT_ENCODING) ? 0 : TEXT_MAX;
        response.setEntity(new BoundedEntity(entity, most, exchange.getConnection()));
    }

    /**
     * Within a blob's transfer a token may have to be fetched anew, from wherever the registry says: what comes between its
     * refusal and the next request with a token is no blob. Where a blob is redirected to, it goes without a token.
     */
    private boolean isBlob(HttpResponse response, HttpRequest request) {
        int status = response.getStatusLine().getStatusCode();
        Header authorization = request.getFirstHeader(HttpHeaders.AUTHORIZATION);
        boolean hasToken = authorization != null && authorization.getValue().startsWith(BEARER);
        boolean isAsked = fetchesBlob && (redirected || hasToken || !wantsToken);
        wantsToken = status == HttpStatus.SC_UNAUTHORIZED || (wantsToken && !hasToken);
        redirected = isAsked && status >= HttpStatus.SC_MULTIPLE_CHOICES && status < HttpStatus.SC_BAD_REQUEST;
        return isAsked && status == HttpStatus.SC_OK;
    }
}
