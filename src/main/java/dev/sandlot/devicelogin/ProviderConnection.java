package dev.sandlot.devicelogin;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.worker.Workers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.net.WWWFormCodec;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the identity provider, each with a bound for its time and for its answer. It follows nobody elsewhere, and
 * speaks to whom the Java runtime trusts.
 */
@Singleton
class ProviderConnection {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** From the first byte sent to the last that is read. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** In bytes. */
    private static final int ANSWER_MAX = 256 * 1024;

    private final Workers workers;
    private final Duration patience;
    private @Nullable HttpClient made;

    @Inject
    ProviderConnection(Workers workers) {
        this(workers, PATIENCE);
    }

    ProviderConnection(Workers workers, Duration patience) {
        this.workers = workers;
        this.patience = patience;
    }

    /** What it answers: a JSON object. */
    record Answer(int status, JsonBody body) {
        private static final int OK = 200;

        boolean isGood() {
            return status == OK;
        }

        /** RFC 6749, 5.2: a word for programs; empty where there is none. */
        String error() {
            return body.string("error")
                    .filter(word -> word.matches("[a-z_]{1,64}"))
                    .orElse("");
        }

        /** What is wrong with it, in words for the log. */
        ProviderException failure() {
            return new ProviderException("answers " + status + (error().isEmpty() ? "" : " " + error()));
        }
    }

    Answer get(URI from) throws ProviderException {
        return send(HttpRequest.newBuilder(from));
    }

    /** Sends a form; {@code authorization} is the header's value, if there is to be one. */
    Answer post(URI to, Map<String, String> form, Optional<String> authorization) throws ProviderException {
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form)));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return send(request);
    }

    private static String encoded(Map<String, String> form) {
        List<NameValuePair> fields = new ArrayList<>();
        form.forEach((name, value) -> fields.add(new BasicNameValuePair(name, value)));
        return WWWFormCodec.format(fields, StandardCharsets.UTF_8);
    }

    private Answer send(HttpRequest.Builder request) throws ProviderException {
        HttpRequest whole = request.timeout(patience)
                .header("Accept", "application/json")
                .header("User-Agent", "sandlot")
                .build();
        HttpResponse<byte[]> answer = await(client().sendAsync(whole, head -> new BoundedBytes(ANSWER_MAX)));
        try {
            String text = new String(answer.body(), StandardCharsets.UTF_8);
            return new Answer(answer.statusCode(), JsonBody.stored(text, new Faults()));
        } catch (ApiException noJson) {
            throw new ProviderException("answers " + answer.statusCode() + ", and no JSON object");
        }
    }

    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> pending) throws ProviderException {
        try {
            return pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException broken) {
            throw new ProviderException("can't be asked (" + broken.getCause() + ")");
        } catch (TimeoutException late) {
            throw new ProviderException("does not answer within " + patience.toSeconds() + " s");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ProviderException("was not waited for");
        } finally {
            pending.cancel(true);
        }
    }

    /** Made when it is needed first: it has a thread of its own. */
    private synchronized HttpClient client() {
        HttpClient known = made;
        if (known == null) {
            known = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(ProxySelector.getDefault())
                    .connectTimeout(CONNECT)
                    .executor(workers::executeApart)
                    .build();
            made = known;
        }
        return known;
    }
}
