package dev.sandlot.filetransfer;

import dev.sandlot.errors.Faults;
import dev.sandlot.http.JsonBody;
import dev.sandlot.sandbox.SandboxPath;
import java.nio.charset.StandardCharsets;

/** What is to go where. */
record MoveRequest(SandboxPath source, SandboxPath destination, boolean overwrite) {
    static MoveRequest read(JsonBody body, Faults faults) {
        return new MoveRequest(
                path(body, "source", faults), path(body, "destination", faults), overwrite(body, faults));
    }

    private static SandboxPath path(JsonBody body, String name, Faults faults) {
        String text = body.requiredString(name);
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        if (SandboxPath.isGood(bytes)) {
            return new SandboxPath(bytes);
        }
        if (!text.isEmpty()) {
            faults.badValue("Must have 1 to " + SandboxPath.MOST + " bytes and no NUL", "body", name);
        }
        return SandboxPath.of(".");
    }

    private static boolean overwrite(JsonBody body, Faults faults) {
        Object given = body.members().get("overwrite");
        if (given != null && !(given instanceof Boolean)) {
            faults.wrongType("true or false", "body", "overwrite");
        }
        return Boolean.TRUE.equals(given);
    }
}
