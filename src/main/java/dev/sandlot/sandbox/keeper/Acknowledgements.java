package dev.sandlot.sandbox.keeper;

import dev.sandlot.sandbox.ExecId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Executions whose endings are stored, which a keeper has yet to hear. */
final class Acknowledgements {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Queue<ExecId> waiting = new ConcurrentLinkedQueue<>();

    void add(ExecId id) {
        waiting.add(id);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void clear() {
        waiting.clear();
    }

    /** The request, and before it all acknowledgements that wait, so that they cost no call of their own. They wait no more. */
    ByteBuffer before(ByteBuffer request) {
        if (waiting.isEmpty()) {
            return request;
        }
        List<ByteBuffer> frames = new ArrayList<>();
        for (ExecId id = waiting.poll(); id != null; id = waiting.poll()) {
            frames.add(Requests.acknowledge(id));
        }
        frames.add(request);
        ByteBuffer all = ByteBuffer.allocate(
                frames.stream().mapToInt(ByteBuffer::remaining).sum());
        frames.forEach(all::put);
        return all.flip();
    }

    /** All that wait. They wait no more. */
    ByteBuffer take() {
        return before(NOTHING.duplicate());
    }
}
