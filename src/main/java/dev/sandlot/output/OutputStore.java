package dev.sandlot.output;

import dev.sandlot.sandbox.OutputStreamKind;
import java.io.IOException;
import java.util.UUID;

/** Where outputs are kept that are too large to be stored with their record. */
public interface OutputStore {
    /** Room for the output of an execution that begins; {@code split}: for each stream as well. */
    LiveOutput begin(UUID environment, UUID execution, boolean split);

    /** Goes on with the output of an execution whose server died. What can't be used of it is dropped. */
    LiveOutput resume(UUID environment, UUID execution, boolean split) throws IOException;

    /** An output that has ended, of {@code total} bytes; one whose bytes are lost has an extent without any. */
    KeptOutput find(UUID environment, UUID execution, OutputStreamKind stream, long total) throws IOException;

    /** Removes all outputs of an environment. Idempotent. */
    void delete(UUID environment) throws IOException;
}
