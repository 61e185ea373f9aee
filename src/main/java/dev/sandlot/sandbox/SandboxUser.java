package dev.sandlot.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** How somebody in a sandbox is named: by a name of the image's or a number, with or without a group in the same way. */
public final class SandboxUser {
    /** What is said of one that is not. */
    public static final String FORM = "Must be a name or an id, or user:group";

    private static final Pattern GOOD = Pattern.compile("[^:\\p{Cntrl}]{1,120}(:[^:\\p{Cntrl}]{1,120})?");
    private static final int BYTES_MAX = 255;

    private SandboxUser() {}

    /** Whether somebody may be named so, be he there or not. */
    public static boolean isGood(String user) {
        return GOOD.matcher(user).matches() && user.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
    }
}
