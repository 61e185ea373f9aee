package dev.sandlot.cli;

import jakarta.json.JsonObject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The files of an environment. A connection that breaks is a {@link Failure} with {@link Failure#UNREACHABLE}, also from
 * a body that is read; what the server refuses is a {@link Refusal}.
 */
final class RemoteFiles {
    private static final int BAD = 400;
    private static final String ERROR = "X-File-Error";
    private static final String TAR = "application/x-tar";
    private static final Duration LONG = Duration.ofDays(365);

    private final Api api;
    private final RemoteCommand.Target target;
    private final @Nullable String user;

    /** {@code user}: whose rights count; null: those of the task's. */
    RemoteFiles(Api api, RemoteCommand.Target target, @Nullable String user) {
        this.api = api;
        this.target = target;
        this.user = user;
    }

    /** What is there, links followed; empty: nothing. */
    Optional<JsonObject> entry(RemotePath path) {
        HttpResponse<String> answer = send(request("/files/entry", path, ""), BodyHandlers.ofString());
        boolean isAbsent = answer.headers()
                .firstValue(ERROR)
                .filter("file_not_found"::equals)
                .isPresent();
        return isAbsent
                ? Optional.empty()
                : Optional.of(Api.parse(require(answer).body()).asJsonObject());
    }

    /** Its bytes from there on, if it still is what {@code etag} says. */
    HttpResponse<InputStream> read(RemotePath path, long from, String etag) {
        HttpRequest.Builder request = request("/files", path, "");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-").header("If-Range", etag);
        }
        return open(request);
    }

    /** All below it. */
    InputStream readArchive(RemotePath path) {
        return wire(open(request("/archive", path, "").header("Accept", TAR)).body());
    }

    void write(RemotePath path, OptionalInt mode, BodyPublisher content) {
        String said = mode.isPresent() ? "&mode=" + Modes.octal(mode.getAsInt()) : "";
        require(send(request("/files", path, said).PUT(content), BodyHandlers.ofString()));
    }

    void writeArchive(RemotePath path, BodyPublisher archive) {
        require(send(request("/archive", path, "").header("Content-Type", TAR).PUT(archive), BodyHandlers.ofString()));
    }

    private HttpRequest.Builder request(String operation, RemotePath path, String more) {
        String query = "?path=" + encoded(path.path()) + (user == null ? "" : "&user=" + encoded(user)) + more;
        URI address = api.profile().environments("/" + target.environment() + operation + query);
        HttpRequest.Builder request = api.request(address).timeout(LONG);
        target.headers().forEach(request::header);
        return request;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<InputStream> open(HttpRequest.Builder request) {
        HttpResponse<InputStream> answer = send(request, BodyHandlers.ofInputStream());
        if (answer.statusCode() < BAD) {
            return answer;
        }
        try (InputStream body = answer.body()) {
            throw Refusal.of(answer.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw lost(broken);
        }
    }

    private static HttpResponse<String> require(HttpResponse<String> answer) {
        if (answer.statusCode() >= BAD) {
            throw Refusal.of(answer.statusCode(), answer.body());
        }
        return answer;
    }

    /** Who is silent for long is interrupted by {@link Progress}. */
    private <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> handler) {
        try {
            return api.client().send(request.build(), handler);
        } catch (IOException broken) {
            throw lost(broken);
        } catch (InterruptedException silent) {
            throw lost(new IOException("nothing moves any more", silent));
        }
    }

    private Failure lost(IOException why) {
        return Failure.unreachable(api.profile().server().toString(), why);
    }

    /** Such a body as this one says of it. */
    InputStream wire(InputStream body) {
        return new Wire(body);
    }

    private final class Wire extends FilterInputStream {
        Wire(InputStream body) {
            super(body);
        }

        @Override
        public int read() {
            try {
                return super.read();
            } catch (IOException broken) {
                throw lost(broken);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException broken) {
                throw lost(broken);
            }
        }
    }
}
