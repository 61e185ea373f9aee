package dev.sandlot.proxy;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.AnswerBody;
import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxBackend;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.service.ServiceConnection;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;

/** A request to a service, and its answer on the way back: both as streams, nothing is kept. */
@Singleton
class Forwarding {
    private static final Logger LOG = ServerLog.of(Forwarding.class);
    private static final int PIECE = 16 * 1024;
    /** How long a service may say nothing. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final SandboxBackend backend;
    private final ForwardedRequest requests;

    @Inject
    Forwarding(SandboxBackend backend, ProxyConfig config) {
        this.backend = backend;
        this.requests = new ForwardedRequest(new CallerTokens(config.issuer()));
    }

    /** Throws BAD_GATEWAY or GATEWAY_TIMEOUT while nothing has been answered; later the answer just breaks off. */
    void exchange(ForwardTarget target, HttpServletRequest request, HttpServletResponse response) {
        String name = target.service().name();
        try (ServiceConnection connection = ServiceConnection.open(
                backend, target.sandbox(), target.service().port(), IDLE)) {
            ClassicHttpResponse answer = connection.exchange(requests.of(target, request));
            passOn(answer, response);
        } catch (SandboxException refused) {
            LOG.log(Level.FINE, "A service could not be reached", refused);
            throw new ApiException(
                    ErrorType.BAD_GATEWAY,
                    refused.kind() == Kind.SANDBOX_DIED
                            ? "The environment of the service " + name + " is gone"
                            : "The service " + name + " takes no connection now");
        } catch (SocketTimeoutException silent) {
            throw new ApiException(
                    ErrorType.GATEWAY_TIMEOUT,
                    "The service " + name + " did not answer within " + IDLE.toMinutes() + " min");
        } catch (HttpException malformed) {
            throw new ApiException(ErrorType.BAD_GATEWAY, "The service " + name + " answered with what is no HTTP");
        } catch (IOException broken) {
            LOG.log(Level.FINE, "A service broke off", broken);
            throw new ApiException(ErrorType.BAD_GATEWAY, "The service " + name + " broke the connection off");
        }
    }

    private static void passOn(ClassicHttpResponse answer, HttpServletResponse response)
            throws IOException, HttpException {
        response.setStatus(answer.getCode());
        Headers.passOn(answer, response);
        HttpEntity body = answer.getEntity();
        if (body == null) {
            return;
        }
        if (body.getContentLength() >= 0) {
            response.setContentLengthLong(body.getContentLength());
        }
        InputStream from = body.getContent();
        OutputStream to = response.getOutputStream();
        AnswerBody.begin(to);
        byte[] piece = new byte[PIECE];
        for (int length = from.read(piece); length >= 0; length = from.read(piece)) {
            to.write(piece, 0, length);
            // Events come one by one, and must not wait for the next.
            to.flush();
        }
    }
}
