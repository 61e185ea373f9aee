package dev.sandlot.sandbox.local;

import dev.sandlot.log.ServerLog;
import dev.sandlot.sandbox.SandboxException;
import dev.sandlot.sandbox.SandboxException.Kind;
import dev.sandlot.sandbox.SandboxId;
import dev.sandlot.sandbox.keeper.HostIds;
import dev.sandlot.sandbox.keeper.Keeper;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** How sandboxes begin and end on this host: each has its range of user ids until nothing of it is left. */
final class Endings {
    private static final Logger LOG = ServerLog.of(Endings.class);

    private final SandboxTraces traces;
    private final UidRanges uids;
    /** Those that are just being made: nobody may listen yet, and they are not dead for that. */
    private final Set<SandboxId> making = ConcurrentHashMap.newKeySet();
    /** Nothing runs in them any more, and something of them is still on the host. */
    private final Set<SandboxId> ended = ConcurrentHashMap.newKeySet();

    Endings(SandboxTraces traces, UidRanges uids) {
        this.traces = traces;
        this.uids = uids;
    }

    /** A sandbox begins to be made; {@link #made} is to follow. */
    void making(SandboxId sandbox) {
        making.add(sandbox);
    }

    void made(SandboxId sandbox) {
        making.remove(sandbox);
    }

    Set<SandboxId> allInMaking() {
        return Set.copyOf(making);
    }

    boolean isInMaking(SandboxId sandbox) {
        return making.contains(sandbox);
    }

    /** Those that have ended hold theirs until they are cleaned up behind: where none is free, one of these is. */
    Optional<HostIds.Range> takeRange(SandboxId sandbox) {
        Optional<HostIds.Range> range = uids.take(sandbox);
        for (Iterator<SandboxId> over = ended.iterator(); range.isEmpty() && over.hasNext(); ) {
            if (clean(over.next())) {
                range = uids.take(sandbox);
            }
        }
        return range;
    }

    /** What is thrown where an answer was not waited for. */
    @FunctionalInterface
    interface Open {
        void require() throws SandboxException;
    }

    /**
     * Ends what runs in a sandbox; of several at once one asks, and the others wait for what it hears.
     *
     * @param open throws when nothing is learned of sandboxes any more
     * @throws SandboxException NO_ANSWER when something may live on
     */
    void end(SandboxId sandbox, Keeper keeper, Open open) throws SandboxException {
        synchronized (keeper) {
            if (!ended.contains(sandbox)) {
                ask(sandbox, keeper, open);
            }
        }
    }

    private void ask(SandboxId sandbox, Keeper keeper, Open open) throws SandboxException {
        try {
            if (traces.hasSocket(sandbox)) {
                keeper.destroy();
                ended.add(sandbox);
                return;
            }
        } catch (SocketTimeoutException overdue) {
            throw noAnswer(sandbox, overdue);
        } catch (IOException broken) {
            // Its socket is what the next server finds it by.
            open.require();
            if (!keeper.isDead()) {
                throw noAnswer(sandbox, broken);
            }
            LOG.log(Level.FINE, "the keeper of {0} is gone", sandbox);
        }
        // No command runs in one that is being made; whoever makes it sees to it.
        if (!isInMaking(sandbox) && !clean(sandbox)) {
            throw isLeft(sandbox);
        }
    }

    private static SandboxException noAnswer(SandboxId sandbox, IOException cause) {
        return new SandboxException(Kind.NO_ANSWER, "the keeper of " + sandbox + " does not end it", cause);
    }

    private static SandboxException isLeft(SandboxId sandbox) {
        return new SandboxException(Kind.NO_ANSWER, "something of the sandbox " + sandbox + " is left on the host");
    }

    /** What a keeper does not end its control group does; throws what the keeper's end failed with where that fails. */
    void kill(SandboxId sandbox, SandboxException unanswered) throws SandboxException {
        if (unanswered.kind() != Kind.NO_ANSWER || !traces.killed(sandbox)) {
            throw unanswered;
        }
    }

    /** Cleans up behind one that has ended. One that is being made keeps its range: who makes it is still at it. */
    void requireClean(SandboxId sandbox) throws SandboxException {
        if (isInMaking(sandbox)) {
            traces.kill(sandbox);
            throw isLeft(sandbox);
        }
        if (!clean(sandbox)) {
            throw isLeft(sandbox);
        }
    }

    /** Its range of ids is another's only when nothing is left that has them. */
    boolean clean(SandboxId sandbox) {
        boolean clean = traces.clean(sandbox);
        if (clean) {
            uids.giveBack(sandbox);
            ended.remove(sandbox);
        }
        return clean;
    }
}
