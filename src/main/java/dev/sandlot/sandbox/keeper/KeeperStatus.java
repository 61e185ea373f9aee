package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import java.util.Set;

/**
 * What a keeper says of itself. Nothing in it is trusted further than its type.
 *
 * @param uidBase first host uid of its sandbox; 0 for a plain user's
 * @param executions those under way and those whose endings it holds
 */
public record KeeperStatus(long uidBase, Set<ExecId> executions) {
    public KeeperStatus {
        executions = Set.copyOf(executions);
    }
}
