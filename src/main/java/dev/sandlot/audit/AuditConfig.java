package dev.sandlot.audit;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * What is written down, and for how long.
 *
 * @param commandsAsText the beginnings of commands beside their hashes
 * @param reads what changes nothing as well
 * @param entriesMax so many are kept
 * @param age so long each is kept
 */
@Singleton
public record AuditConfig(boolean commandsAsText, boolean reads, long entriesMax, Duration age) implements Configured {
    private static final int DAYS_MAX = 36_500;
    private static final Setting<Boolean> COMMANDS = Setting.of(
            "sandlot.audit.commands",
            Kind.of("hash or text", AuditConfig::isText),
            "hash",
            "what the audit tells of commands: their SHA-256, or their first 16,384 characters too");
    private static final Setting<Boolean> READS =
            Setting.of("sandlot.audit.reads", Kind.yesOrNo(), "false", "whether reading is in the audit too");
    private static final Setting<Long> ENTRIES = Setting.of(
            "sandlot.audit.entries", Kind.number(1000), "10000000", "entries of the audit; the oldest go first");
    private static final Setting<Duration> DAYS =
            Setting.of("sandlot.audit.days", Kind.days(1, DAYS_MAX), "365", "how long an entry of the audit is kept");

    public AuditConfig {
        ENTRIES.require(entriesMax);
        DAYS.require(age);
    }

    @Inject
    AuditConfig(Settings settings) {
        this(settings.get(COMMANDS), settings.get(READS), settings.get(ENTRIES), settings.get(DAYS));
    }

    private static boolean isText(String said) {
        return switch (said.strip()) {
            case "text" -> true;
            case "hash" -> false;
            default -> throw new IllegalArgumentException("neither");
        };
    }
}
