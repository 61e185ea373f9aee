package dev.sandlot.quota;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has the quotas of file and database in force, whenever either changes. What the database has of a tenant counts in
 * place of all that the file says of it.
 */
@Singleton
public class QuotaKeeping {
    private final Quotas quotas;
    private final QuotaTable table;
    private final @Nullable QuotaFile file;
    private Map<QuotaOwner, Quota> inFile = Map.of();
    private Map<QuotaOwner, Quota> stored = Map.of();

    @Inject
    QuotaKeeping(Quotas quotas, QuotaTable table, QuotaConfig config) {
        this.quotas = quotas;
        this.table = table;
        this.file = config.file().map(QuotaFile::new).orElse(null);
    }

    /**
     * A quota in force.
     *
     * @param isFiled the file says it, and no call has set another
     */
    public record Kept(QuotaOwner owner, Quota quota, boolean isFiled) {}

    /** Has all in force at a start; throws IllegalArgumentException, with a sentence, for a file that can't be used. */
    public synchronized void load() {
        inFile = file == null ? Map.of() : file.require();
        stored = table.all();
        enforce();
    }

    /** Looks whether the file has changed. */
    public synchronized void refresh() {
        Optional<Map<QuotaOwner, Quota>> changed = file == null ? Optional.empty() : file.changed();
        if (changed.isPresent()) {
            inFile = changed.get();
            enforce();
        }
    }

    /** In force at once, and after a start. */
    public synchronized void set(QuotaOwner owner, Quota quota) {
        table.set(owner, quota);
        Map<QuotaOwner, Quota> more = new HashMap<>(stored);
        more.put(owner, quota);
        stored = more;
        enforce();
    }

    /** From now on what the file says, or the settings, counts for that tenant. */
    public synchronized void remove(QuotaOwner owner) {
        table.remove(owner);
        Map<QuotaOwner, Quota> rest = new HashMap<>(stored);
        rest.remove(owner);
        stored = rest;
        enforce();
    }

    private Map<QuotaOwner, Quota> all() {
        Map<QuotaOwner, Quota> all = new HashMap<>(inFile);
        all.putAll(stored);
        return all;
    }

    private void enforce() {
        quotas.enforce(all());
    }

    /** All in force, by name. */
    public synchronized List<Kept> list() {
        return all().entrySet().stream()
                .map(entry -> new Kept(entry.getKey(), entry.getValue(), !stored.containsKey(entry.getKey())))
                .sorted((one, other) -> QuotaOwner.BY_NAME.compare(one.owner(), other.owner()))
                .toList();
    }
}
