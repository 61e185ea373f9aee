package dev.sandlot.audit;

import dev.sandlot.auth.Sha256;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A command, as far as it is told.
 *
 * @param text its beginning; null where the operator wants the hash alone
 */
public record AuditCommand(
        String sha256, long bytes, @Nullable String text) {
    static final int TEXT_MAX = 16_384;

    /** As the operator wants it. */
    public static AuditCommand of(String command, AuditConfig config) {
        byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
        String text = config.commandsAsText() ? command.substring(0, Math.min(TEXT_MAX, command.length())) : null;
        return new AuditCommand(Sha256.of(bytes), bytes.length, text);
    }
}
