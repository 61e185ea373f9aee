package dev.sandlot.records;

import dev.sandlot.sandbox.OutputStreamKind;
import java.util.Map;

/**
 * A record as it is to be written.
 *
 * @param inline outputs that are small enough to be stored with the record
 * @param exists its row is there and changes
 */
public record RecordWrite(Execution execution, Map<OutputStreamKind, byte[]> inline, boolean exists) {}
