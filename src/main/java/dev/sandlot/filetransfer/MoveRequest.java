package dev.sandlot.filetransfer;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.sandbox.SandboxPath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What is to go where. */
record MoveRequest(SandboxPath source, SandboxPath destination, boolean overwrite) {
    static MoveRequest read(JsonBody body, Faults faults) {
        return new MoveRequest(
                path(body, "source", faults), path(body, "destination", faults), overwrite(body, faults));
    }

    private static SandboxPath path(JsonBody body, String name, Faults faults) {
        String text = body.requiredString(name);
        Optional<SandboxPath> path = SandboxPath.read(text.getBytes(StandardCharsets.UTF_8));
        if (path.isEmpty() && !text.isEmpty()) {
            faults.badValue(SandboxPath.FORM, "body", name);
        }
        return path.orElse(SandboxPath.of("."));
    }

    private static boolean overwrite(JsonBody body, Faults faults) {
        Object given = body.members().get("overwrite");
        if (given != null && !(given instanceof Boolean)) {
            faults.wrongType("true or false", "body", "overwrite");
        }
        return Boolean.TRUE.equals(given);
    }
}
