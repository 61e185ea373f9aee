package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxLimits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a sandbox may have of System V's objects, which no process owns, where an OCI runtime sets it: the same numbers
 * as the keeper's own, which says why they are these (bounds.c), and a test holds the two together.
 */
final class IpcBounds {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int PAGE = 4096;

    private IpcBounds() {}

    /** Whether root of a user namespace may set them for its own ipc namespace: since Linux 6.9. */
    static boolean mayBeSetInside(String release) {
        Matcher parts = RELEASE.matcher(release);
        if (!parts.matches()) {
            return false;
        }
        int major = Integer.parseInt(parts.group(1));
        return major > 6 || (major == 6 && Integer.parseInt(parts.group(2)) >= 9);
    }

    /** By the kernel's names of them, sysctl(8). */
    static Map<String, String> of(SandboxLimits limits) {
        long memory = limits.memoryBytes();
        long objects = Math.max(memory >> 19, 1);
        Map<String, String> bounds = new LinkedHashMap<>();
        bounds.put("kernel.shmall", Long.toString(memory / 16 / PAGE));
        bounds.put("kernel.shmmni", Long.toString(Math.min(objects, 4096)));
        bounds.put("kernel.msgmni", Long.toString(Math.min(Math.max(memory >> 24, 4), 32_000)));
        bounds.put(
                "kernel.sem", "32000 " + Math.min(memory >> 14, 1_024_000_000) + " 500 " + Math.min(objects, 32_000));
        return bounds;
    }
}
