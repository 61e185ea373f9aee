package dev.sandlot.ops;

import dev.sandlot.sandbox.Guarantees;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A host that can't hold limits, and tenants who may suffer from that. */
final class MissingLimits {
    /** Without these one tenant's command can take the whole host. */
    private static final Set<String> VITAL = Set.of("memory", "pids");

    private MissingLimits() {}

    /**
     * Throws IllegalArgumentException where what strangers run could take the host from each other.
     *
     * @param publishers organizations that have published tasks
     * @param accepted the operator knows, and wants that
     */
    static void requireBearable(Guarantees guarantees, int publishers, boolean accepted) {
        List<String> missing = guarantees.held().entrySet().stream()
                .filter(limit -> VITAL.contains(limit.getKey()) && !limit.getValue())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!missing.isEmpty() && publishers > 1 && !accepted) {
            throw new IllegalArgumentException("This host does not hold limits (" + String.join(", ", missing)
                    + "), and "
                    + publishers + " organizations have published tasks: one of them could take all of it from the"
                    + " others. Allow the server control groups, or set SANDLOT_ACCEPT_MISSING_LIMITS=true");
        }
    }
}
