package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * What a keeper says of itself. Nothing in it is trusted further than its type.
 *
 * @param uidBase first host uid of its sandbox; 0 for a plain user's
 * @param executions those under way and those whose endings it holds
 */
public record KeeperStatus(long uidBase, Set<ExecId> executions) {
    private static final long UID_MAX = 0xffff_ffffL;

    public KeeperStatus {
        executions = Set.copyOf(executions);
    }

    static KeeperStatus of(Frame answer) throws MalformedAnswerException {
        Fields fields = answer.expect(FrameType.PONG);
        Set<ExecId> executions = new HashSet<>();
        for (String id : fields.texts(Tag.PONG_EXECUTION)) {
            try {
                executions.add(new ExecId(UUID.fromString(id)));
            } catch (IllegalArgumentException notOurs) {
                throw new MalformedAnswerException("an execution that has no id");
            }
        }
        return new KeeperStatus(fields.number(Tag.PONG_UID_BASE, UID_MAX), executions);
    }
}
