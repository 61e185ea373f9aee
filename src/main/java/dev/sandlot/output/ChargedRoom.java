package dev.sandlot.output;

import dev.sandlot.budget.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Room that an environment is charged for: in steps while the file grows, and then with what it came to. */
final class ChargedRoom implements SpoolRoom {
    private static final long STEP_MIN = 64 * 1024;

    private final KeptBytes kept;
    private final KeptAccount account;
    private final UUID execution;
    private final List<Share> shares = new ArrayList<>();
    private long taken;
    private long promised;
    private boolean settled;

    ChargedRoom(KeptBytes kept, KeptAccount account, UUID execution) {
        this.kept = kept;
        this.account = account;
        this.execution = execution;
    }

    @Override
    public long grow(long size) {
        while (taken < size && !settled) {
            if (taken == 0) {
                account.hasFile(execution);
            }
            // What was promised before is written by now.
            release();
            long step = Math.min(kept.step(), Math.max(STEP_MIN, taken));
            Optional<Share> share = kept.take(account, step);
            if (share.isEmpty()) {
                return taken;
            }
            shares.add(share.get());
            taken += step;
            promised = step;
        }
        return taken;
    }

    private void release() {
        kept.written(promised);
        promised = 0;
    }

    @Override
    public void adopt(long size) {
        account.hasFile(execution);
        shares.add(kept.adopt(account, size));
        taken += size;
    }

    @Override
    public void settle(long size) {
        if (!settled) {
            settled = true;
            release();
            shares.forEach(Share::close);
            shares.clear();
            kept.settle(account, taken, size);
        }
    }
}
