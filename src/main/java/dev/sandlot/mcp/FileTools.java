package dev.sandlot.mcp;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.Role;
import dev.sandlot.errors.Faults;
import dev.sandlot.filetransfer.EncodedPath;
import dev.sandlot.filetransfer.FileAccess;
import dev.sandlot.filetransfer.FilesInMemory;
import dev.sandlot.http.Json;
import dev.sandlot.http.JsonBody;
import dev.sandlot.sandbox.SandboxPath;
import dev.sandlot.sandbox.SandboxUser;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** To read and to write files. */
@Singleton
class FileTools {
    private static final int READ = 64 * 1024;
    private static final int READ_MAX = 256 * 1024;
    private static final int WRITE_MAX = 1 << 20;
    private static final String PATH = "path";
    private static final String ENCODED_PATH = "encoded_path";
    private static final List<Parameter> PLACE = List.of(
            Parameter.ENVIRONMENT,
            Parameter.TOKEN,
            Parameter.text(PATH, "Absolute, or below the environment's working directory"),
            Parameter.text(
                    ENCODED_PATH, "The same with percent escapes, in place of path, for a name that is no UTF-8"),
            Parameter.text("user", "Name or id of who may do it; the task's user when absent"));

    private final FilesInMemory files;

    @Inject
    FileTools(FilesInMemory files) {
        this.files = files;
    }

    List<SandboxTool> tools() {
        return List.of(read(), write());
    }

    /** A file, and who asks for it. */
    private record Place(FileAccess access, SandboxPath path) {}

    private static List<Parameter> with(Parameter... more) {
        List<Parameter> parameters = new ArrayList<>(PLACE);
        parameters.addAll(List.of(more));
        return parameters;
    }

    private SandboxTool read() {
        return new SandboxTool(
                "read_file",
                "Reads a file or a part of it; ask again with next_offset for what follows. What is not UTF-8 comes as"
                        + " content_base64 in place of content.",
                "readFile",
                Role.ENVIRONMENTS_EXECUTE,
                true,
                with(
                        Parameter.number("offset", 0, Long.MAX_VALUE, "Of the first byte wanted; 0 when absent"),
                        Parameter.number("limit", 1, READ_MAX, "How many bytes; " + READ + " when absent")),
                this::read);
    }

    private CompletionStage<String> read(ToolCall call) {
        long offset = call.arguments().integer("offset", 0, Long.MAX_VALUE, 0);
        int limit = (int) call.arguments().integer("limit", 1, READ_MAX, READ);
        Place place = place(call);
        return files.read(place.access(), place.path(), offset, limit)
                .thenApply(part -> Json.write(FileView.of(place.path(), offset, part)));
    }

    private SandboxTool write() {
        return new SandboxTool(
                "write_file",
                "Writes a file in place of the one that was there, whole or not at all, and makes the directories on the"
                        + " way.",
                "writeFile",
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
        if (append) {
            call.isOf("appendToFile", false);
        }
        Place place = place(call);
        return (append
                        ? files.append(place.access(), place.path(), content)
                        : files.write(place.access(), place.path(), content))
                .thenApply(file -> Json.write(new WrittenView(place.path().text(), content.remaining(), file.size())));
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

    /** Throws what is wrong with the arguments. */
    private static Place place(ToolCall call) {
        UUID id = call.environment();
        ExecuteToken token = call.token();
        Optional<String> user = call.arguments().string("user");
        user.filter(name -> !SandboxUser.isGood(name))
                .ifPresent(unfit -> call.faults().badValue(SandboxUser.FORM, "body", "user"));
        SandboxPath path = path(call.arguments(), call.faults());
        call.faults().throwIfAny();
        return new Place(new FileAccess(call.exchange(), call.workspace(), id, token, user, "body"), path);
    }

    private static SandboxPath path(JsonBody arguments, Faults faults) {
        Optional<String> text = arguments.string(PATH);
        Optional<String> encoded = arguments.string(ENCODED_PATH);
        if (text.isPresent() == encoded.isPresent()) {
            faults.badValue("Send path or encoded_path", "body", PATH);
            return SandboxPath.of(".");
        }
        Optional<SandboxPath> path = text.isPresent()
                ? SandboxPath.read(text.get().getBytes(StandardCharsets.UTF_8))
                : encoded.flatMap(EncodedPath::read);
        if (path.isEmpty()) {
            faults.badValue(SandboxPath.FORM, "body", text.isPresent() ? PATH : ENCODED_PATH);
        }
        return path.orElse(SandboxPath.of("."));
    }
}
