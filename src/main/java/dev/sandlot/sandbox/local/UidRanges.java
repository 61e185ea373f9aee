package dev.sandlot.sandbox.local;

import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.keeper.HostIds;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gives every sandbox host uids of its own, so that files and processes of one mean nothing to another. */
final class UidRanges {
    private final LocalConfig config;
    private final Map<Long, SandboxId> taken = new HashMap<>();
    private int next;

    UidRanges(LocalConfig config) {
        this.config = config;
        // Two servers on one host begin at different places of the same block.
        this.next = Math.floorMod(config.instance().hashCode(), config.uidRanges());
    }

    /** A range that is free; empty when none is. A range that was given back rests for as long as it can. */
    synchronized Optional<HostIds.Range> take(SandboxId sandbox) {
        for (int i = 0; i < config.uidRanges(); i++) {
            long base = config.uidBase() + (long) next * HostIds.COUNT;
            next = (next + 1) % config.uidRanges();
            if (taken.putIfAbsent(base, sandbox) == null) {
                return Optional.of(new HostIds.Range(base));
            }
        }
        return Optional.empty();
    }

    /** A sandbox that exists already says that it holds this range: one, and not that of another. */
    synchronized void adopt(SandboxId sandbox, long base) {
        if (!taken.containsValue(sandbox)) {
            taken.putIfAbsent(base, sandbox);
        }
    }

    synchronized void giveBack(SandboxId sandbox) {
        taken.values().remove(sandbox);
    }
}
