package dev.sandlot.task;

import dev.sandlot.settings.Configured;
import dev.sandlot.settings.Kind;
import dev.sandlot.settings.Setting;
import dev.sandlot.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the operator's tasks are.
 *
 * @param folder empty: there are none but those built in
 */
@Singleton
record TaskConfig(Optional<Path> folder) implements Configured {
    private static final Setting<Optional<Path>> FOLDER =
            Setting.optional("sandlot.tasks.dir", Kind.directory(), "", "the operator's tasks");

    @Inject
    TaskConfig(Settings settings) {
        this(settings.get(FOLDER));
    }
}
