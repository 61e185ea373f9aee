package dev.sandlot.execution;

import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.util.UUID;

/** Where outputs are kept that are too large to be stored with their record. */
interface OutputStore {
    /** Room for the output of an execution that begins. */
    Spool begin(UUID environment, UUID execution, OutputStreamKind stream);

    /** The same for one whose server died, and of which nothing can be used. */
    Spool restart(UUID environment, UUID execution, OutputStreamKind stream) throws IOException;

    /** Goes on with an output whose server died. */
    Spool resume(UUID environment, UUID execution, OutputStreamKind stream) throws IOException;

    /** An output that has ended, of {@code total} bytes; one whose bytes are lost has an extent without any. */
    KeptOutput find(UUID environment, UUID execution, OutputStreamKind stream, long total) throws IOException;

    /** Removes all outputs of an environment. Idempotent. */
    void delete(UUID environment) throws IOException;
}
