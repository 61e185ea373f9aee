package dev.sandlot.quota;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where quotas are.
 *
 * @param file lines of {@code org.allowance=most} and {@code org/workspace.allowance=most}
 */
@Singleton
record QuotaConfig(Optional<Path> file) implements Configured {
    private static final Setting<Optional<Path>> FILE = Setting.optional(
            "sandlot.quotas.file",
            Kind.path(),
            "",
            "quotas of single organizations and workspaces; read again when it changes");

    @Inject
    QuotaConfig(Settings settings) {
        this(settings.get(FILE));
    }
}
