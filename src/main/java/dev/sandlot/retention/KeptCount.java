package dev.sandlot.retention;

import dev.sandlot.output.Held;
import dev.sandlot.output.KeptAccount;
import dev.sandlot.output.KeptBytes;
import dev.sandlot.output.OutputStore;
import dev.sandlot.retention.StoredBytes.Described;
import dev.sandlot.retention.StoredBytes.Ended;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Learns which environments there are, and counts what earlier servers have left of them: behind the start, one after the
 * other. What they left unfinished, or had marked to go, goes then.
 */
@Singleton
class KeptCount {
    /** A transaction that is slower than that is not seen. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    private final StoredBytes stored;
    private final OutputStore outputs;
    private final KeptBytes kept;
    private final Clock clock;
    private final Instant start;
    private Instant learned = Instant.EPOCH;

    @Inject
    KeptCount(StoredBytes stored, OutputStore outputs, KeptBytes kept, Clock clock) {
        this.stored = stored;
        this.outputs = outputs;
        this.kept = kept;
        this.clock = clock;
        this.start = clock.instant();
    }

    /** Which environments were made, and which have ended, since it was called last. */
    void learn() throws IOException {
        boolean first = learned.equals(Instant.EPOCH);
        Instant now = clock.instant();
        Instant since = first ? learned : learned.minus(OVERLAP);
        // First the folders: an environment is there before its folder is.
        Set<UUID> folders = first ? outputs.environments() : Set.of();
        for (Described environment : stored.environmentsSince(since)) {
            KeptAccount account = kept.account(environment.tenant());
            account.describe(environment.bytes());
            environment.endedAt().ifPresent(account::endedAt);
            kept.check(account);
        }
        for (Ended ended : stored.endedSince(since)) {
            kept.find(ended.environment()).ifPresent(account -> account.endedAt(ended.at()));
        }
        for (UUID folder : folders) {
            if (kept.find(folder).isEmpty()) {
                outputs.delete(folder);
            }
        }
        learned = now;
    }

    /** Counts what has not been counted yet, for about that time; returns whether there is more. */
    boolean count(Duration most) throws IOException {
        Instant end = clock.instant().plus(most);
        Iterator<KeptAccount> uncounted =
                kept.accounts().stream().filter(KeptAccount::isUncounted).iterator();
        while (uncounted.hasNext()) {
            if (clock.instant().isAfter(end)) {
                return true;
            }
            count(uncounted.next());
        }
        return false;
    }

    /** Counts what earlier servers have left of an environment, if that has not been done. */
    void count(KeptAccount account) throws IOException {
        if (!account.isUncounted()) {
            return;
        }
        UUID environment = account.environment();
        Optional<?> owner = stored.owner(environment);
        if (owner.isEmpty()) {
            outputs.delete(environment);
            kept.forget(environment);
            return;
        }
        Map<UUID, Long> files = outputs.kept(environment);
        List<UUID> earlier =
                files.keySet().stream().filter(id -> !account.isOwn(id)).toList();
        Set<UUID> recorded = stored.withOutput(earlier);
        long bytes = 0;
        for (UUID execution : earlier) {
            if (recorded.contains(execution)) {
                bytes += files.getOrDefault(execution, 0L);
            } else {
                outputs.drop(environment, execution);
            }
        }
        account.count(Held.outputs(bytes).plus(stored.ofExecutions(environment, start)));
        kept.check(account);
    }
}
