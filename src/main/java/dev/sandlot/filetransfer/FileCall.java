package dev.sandlot.filetransfer;

import static java.util.Objects.requireNonNull;

import dev.sandlot.audit.AuditedFiles;
import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.environment.EnvironmentPath;
import dev.sandlot.errors.Faults;
import dev.sandlot.sandbox.SandboxPath;
import dev.sandlot.sandbox.SandboxUser;
import jakarta.json.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request for something with files, and what is wrong with it. */
public class FileCall {
    private static final Pattern MODE = Pattern.compile("[01]?[0-7]{3,4}");
    private static final Pattern ETAG = Pattern.compile("\"([0-9a-zA-Z-]{1,80})\"");
    private static final int MODE_MAX = 01777;

    @Context
    private @Nullable HttpServletRequest exchange;

    @Context
    private @Nullable HttpHeaders headers;

    @Context
    private @Nullable UriInfo uri;

    @HeaderParam(ExecuteToken.HEADER)
    private @Nullable String token;

    @QueryParam("user")
    private @Nullable String user;

    private final Faults faults = new Faults();
    private @Nullable AuditedFiles audited;

    /**
     * Which bytes of a file are wanted, and when: as the headers say it.
     */
    record Wish(
            @Nullable String range,
            @Nullable String ifRange,
            @Nullable String ifNoneMatch) {}

    /** Who wants it, of that environment; throws VALIDATION for all that is wrong with the request. */
    FileAccess in(EnvironmentPath path) {
        path.check(faults);
        ExecuteToken shown = ExecuteToken.require(token, faults);
        Optional<String> wanted = user();
        faults.throwIfAny();
        return new FileAccess(exchange(), path.workspace(), path.environment(), shown, wanted, "query");
    }

    Wish wish() {
        return new Wish(header("Range"), header("If-Range"), header("If-None-Match"));
    }

    HttpServletRequest exchange() {
        return requireNonNull(exchange);
    }

    Faults faults() {
        return faults;
    }

    /** It is about what is there. */
    void about(SandboxPath place) {
        audited = AuditedFiles.of(exchange(), EncodedPath.whole(place));
    }

    /** It is about the first of these, which the other is to take the place of. */
    void aboutMove(SandboxPath source, SandboxPath destination) {
        audited = AuditedFiles.of(
                exchange(),
                Json.createArrayBuilder()
                        .add(EncodedPath.whole(source))
                        .add(EncodedPath.whole(destination))
                        .build()
                        .toString());
    }

    /** What the audit is told of it. */
    AuditedFiles audited() {
        return requireNonNull(audited);
    }

    private @Nullable String header(String name) {
        return requireNonNull(headers).getHeaderString(name);
    }

    private @Nullable String query(String name) {
        return requireNonNull(uri).getQueryParameters(false).getFirst(name);
    }

    Optional<SandboxPath> after() {
        String cursor = text("after");
        Optional<SandboxPath> path = cursor == null ? Optional.empty() : EntryList.path(cursor);
        if (cursor != null && path.isEmpty()) {
            faults.badValue("Must be what next was", "query", "after");
        }
        return path;
    }

    private @Nullable String text(String name) {
        String given = query(name);
        return given == null ? null : new String(EncodedPath.decoded(given), StandardCharsets.UTF_8);
    }

    private Optional<String> user() {
        if (user != null && !SandboxUser.isGood(user)) {
            faults.badValue(SandboxUser.FORM, "query", "user");
        }
        return Optional.ofNullable(user);
    }

    OptionalInt mode() {
        String mode = text("mode");
        if (mode == null) {
            return OptionalInt.empty();
        }
        if (!MODE.matcher(mode).matches() || Integer.parseInt(mode, 8) > MODE_MAX) {
            faults.badValue("Must be octal, 000 to 1777", "query", "mode");
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(mode, 8));
    }

    boolean flag(String name) {
        String flag = text(name);
        if (flag != null && !flag.equals("true") && !flag.equals("false")) {
            faults.wrongType("true or false", "query", name);
        }
        return "true".equals(flag);
    }

    /** The same where it is so unless it is said otherwise. */
    boolean flagUnlessSaid(String name) {
        return text(name) == null || flag(name);
    }

    long number(String name, long absent, long least, long most) {
        String number = text(name);
        if (number == null) {
            return absent;
        }
        if (!number.matches("[0-9]{1,18}") || Long.parseLong(number) < least || Long.parseLong(number) > most) {
            faults.badValue("Must be " + least + " to " + most, "query", name);
            return absent;
        }
        return Long.parseLong(number);
    }

    /** {@code If-None-Match: *} and nothing else. */
    boolean fresh() {
        String wanted = header("If-None-Match");
        if (wanted != null && !wanted.strip().equals("*")) {
            faults.badValue("Must be *", "header", "If-None-Match");
        }
        return wanted != null;
    }

    /** The one mark of {@code If-Match}. */
    Optional<String> match() {
        String wanted = header("If-Match");
        if (wanted == null) {
            return Optional.empty();
        }
        Matcher form = ETAG.matcher(wanted.strip());
        if (!form.matches()) {
            faults.badValue("Must be one ETag as it was given", "header", "If-Match");
            return Optional.empty();
        }
        return Optional.of(form.group(1));
    }
}
