package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.SandboxPath;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * A request about what is at one path. Paths are bytes, so it is taken from the query as it came: what is no text in it is
 * a path all the same.
 */
public class PathCall extends FileCall {
    private static final String NAME = "path";

    @Encoded
    @QueryParam(NAME)
    @Parameter(required = true, description = "Absolute, or from the working directory")
    private @Nullable String given;

    /** The path; what stands for it when there is none is told by {@link #faults}. */
    SandboxPath requiredPath() {
        if (given == null) {
            faults().missing("query", NAME);
            return SandboxPath.of(".");
        }
        Optional<SandboxPath> read = EncodedPath.read(given);
        if (read.isEmpty()) {
            faults().badValue(SandboxPath.FORM, "query", NAME);
        }
        SandboxPath path = read.orElse(SandboxPath.of("."));
        about(path);
        return path;
    }
}
