package dev.sandlot.filetransfer;

import dev.sandlot.sandbox.SandboxPath;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.QueryParam;
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
        SandboxPath read = read(given);
        about(read);
        return read;
    }

    private SandboxPath read(String encoded) {
        String bytes = decoded(encoded);
        if (!SandboxPath.isGood(bytes)) {
            faults().badValue("Must have 1 to " + SandboxPath.MOST + " bytes and no NUL", "query", NAME);
            return SandboxPath.of(".");
        }
        return new SandboxPath(bytes);
    }
}
