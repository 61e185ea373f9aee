package dev.sandlot.mcp;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.environment.Environment;
import dev.sandlot.environment.Environments;
import dev.sandlot.errors.Faults;
import dev.sandlot.http.Json;
import dev.sandlot.http.JsonBody;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** To read and to write files. */
@Singleton
class FileTools {
    private static final int READ = 64 * 1024;
    private static final int READ_MAX = 256 * 1024;
    private static final int WRITE_MAX = 1 << 20;
    private static final int PATH_MAX = 4095;
    private static final List<Parameter> PLACE = List.of(
            Parameter.ENVIRONMENT,
            Parameter.TOKEN,
            Parameter.text("path", "Absolute, or below the environment's working directory")
                    .must());

    private final Environments environments;
    private final SandboxFiles files;

    @Inject
    FileTools(Environments environments, SandboxFiles files) {
        this.environments = environments;
        this.files = files;
    }

    List<SandboxTool> tools() {
        return List.of(read(), write());
    }

    /** A file of an environment that the caller may reach. */
    private record Place(Environment environment, String path) {}

    private static List<Parameter> with(Parameter... more) {
        List<Parameter> parameters = new ArrayList<>(PLACE);
        parameters.addAll(List.of(more));
        return parameters;
    }

    private SandboxTool read() {
        return new SandboxTool(
                "read_file",
                "Reads a file or a part of it. What is not UTF-8 comes as content_base64 in place of content.",
                "execute",
                Role.ENVIRONMENTS_EXECUTE,
                false,
                with(
                        Parameter.number("offset", 0, Long.MAX_VALUE, "Of the first byte wanted; 0 when absent"),
                        Parameter.number("limit", 1, READ_MAX, "How many bytes; " + READ + " when absent")),
                this::read);
    }

    private CompletionStage<String> read(ToolCall call) {
        long offset = call.arguments().integer("offset", 0, Long.MAX_VALUE, 0);
        int limit = (int) call.arguments().integer("limit", 1, READ_MAX, READ);
        Place place = place(call);
        return files.read(call, place.environment(), place.path(), offset, limit)
                .thenApply(bytes -> Json.write(FileView.of(place.path(), offset, bytes, limit)));
    }

    private SandboxTool write() {
        return new SandboxTool(
                "write_file",
                "Writes a file in place of the one that was there, and makes the directories on the way.",
                "execute",
                Role.ENVIRONMENTS_EXECUTE,
                false,
                with(
                        Parameter.text("content", "Its text"),
                        Parameter.text("content_base64", "Its bytes, in place of content"),
                        Parameter.flag("append", "Add to what is there")),
                this::write);
    }

    private CompletionStage<String> write(ToolCall call) {
        ByteBuffer content = content(call.arguments(), call.faults());
        boolean append = call.arguments().flag("append");
        Place place = place(call);
        return files.write(call, place.environment(), place.path(), content, append)
                .thenApply(done -> Json.write(Map.of("path", place.path(), "bytes", content.remaining())));
    }

    private static ByteBuffer content(JsonBody arguments, Faults faults) {
        Optional<String> text = arguments.string("content");
        Optional<String> encoded = arguments.string("content_base64");
        if (text.isPresent() == encoded.isPresent()) {
            faults.badValue("Send content or content_base64", "body", "content");
            return ByteBuffer.allocate(0);
        }
        ByteBuffer bytes = text.map(StandardCharsets.UTF_8::encode).orElseGet(() -> decoded(encoded.get(), faults));
        if (bytes.remaining() > WRITE_MAX) {
            faults.badValue(
                    "Must be at most " + WRITE_MAX + " bytes; send the rest with append",
                    "body",
                    text.isPresent() ? "content" : "content_base64");
        }
        return bytes;
    }

    private static ByteBuffer decoded(String encoded, Faults faults) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException unfit) {
            faults.badValue("Must be base64 (RFC 4648)", "body", "content_base64");
            return ByteBuffer.allocate(0);
        }
    }

    /** Throws what is wrong with the arguments, and what keeps the caller from it. */
    private Place place(ToolCall call) {
        UUID id = call.environment();
        ExecuteToken token = call.token();
        String path = call.arguments().requiredString("path");
        if (path.indexOf('\0') >= 0 || path.getBytes(StandardCharsets.UTF_8).length > PATH_MAX) {
            call.faults().badValue("Must be at most " + PATH_MAX + " bytes without a NUL character", "body", "path");
        }
        call.faults().throwIfAny();
        return new Place(environments.require(call.workspace(), id, token), path);
    }
}
