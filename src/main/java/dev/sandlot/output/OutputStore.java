package dev.sandlot.output;

import dev.sandlot.budget.Tenant;
import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The store of outputs that are too large to be stored with their record. */
public interface OutputStore {
    /** Room for the output of an execution that begins in a tenant's environment; {@code split}: for each stream as well. */
    LiveOutput begin(Tenant tenant, UUID execution, boolean split);

    /** Goes on with the output of an execution whose server died. What can't be used of it is dropped. */
    LiveOutput resume(UUID environment, UUID execution, boolean split) throws IOException;

    /** An output that has ended, of {@code total} bytes; one whose bytes are lost has an extent without any. */
    KeptOutput find(UUID environment, UUID execution, OutputStreamKind stream, long total) throws IOException;

    /** Bytes that the outputs of an execution take here. */
    long kept(UUID environment, UUID execution) throws IOException;

    /** Bytes that the outputs of each execution of an environment take here; none of those that take none. */
    Map<UUID, Long> kept(UUID environment) throws IOException;

    /** Environments of which there is something here. */
    Set<UUID> environments() throws IOException;

    /** Removes the outputs of an execution that has ended. Who reads them then finds them to be gone. Idempotent. */
    void drop(UUID environment, UUID execution) throws IOException;

    /** Removes all outputs of an environment. Idempotent. */
    void delete(UUID environment) throws IOException;
}
