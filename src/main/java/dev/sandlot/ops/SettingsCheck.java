package dev.sandlot.ops;

import dev.sandlot.log.Failures;
import dev.sandlot.log.ServerLog;
import dev.sandlot.settings.Configured;
import dev.sandlot.settings.SettingList;
import dev.sandlot.settings.Settings;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Looks at everything that the operator says before anything is done with it. */
@Singleton
class SettingsCheck {
    private static final Logger LOG = ServerLog.of(SettingsCheck.class);

    private final BeanManager beans;
    private final Settings settings;

    @Inject
    SettingsCheck(BeanManager beans, Settings settings) {
        this.beans = beans;
        this.settings = settings;
    }

    /**
     * Warns of names that nobody reads.
     *
     * @throws IllegalArgumentException with a sentence for each value that is not taken
     */
    void requireGood() {
        Set<Bean<?>> records = beans.getBeans(Configured.class, Any.Literal.INSTANCE);
        SettingList list =
                SettingList.of(records.stream().map(Bean::getBeanClass).toList());
        List<String> strangers = list.strangers(settings);
        if (!strangers.isEmpty()) {
            LOG.log(Level.WARNING, "Nothing reads these settings: {0}", String.join(", ", strangers));
        }
        Set<String> refusals = new TreeSet<>(list.refusals(settings));
        records.forEach(record -> make(record, refusals));
        if (!refusals.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", refusals));
        }
    }

    /** Values that are good by themselves may not go together. */
    private void make(Bean<?> record, Set<String> refusals) {
        try {
            beans.getReference(record, Configured.class, beans.createCreationalContext(record));
        } catch (RuntimeException refused) {
            refusals.add(Failures.sentence(refused));
        }
    }
}
