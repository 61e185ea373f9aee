package dev.sandlot.sandbox;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a host can hold sandboxes to. Each was tried, not assumed.
 *
 * @param held by name, in a fixed order: whether it holds
 */
public record Guarantees(Map<String, Boolean> held) {
    public Guarantees {
        held = Collections.unmodifiableMap(new LinkedHashMap<>(held));
    }

    /** True when nothing is missing. */
    public boolean complete() {
        return !held.containsValue(false);
    }
}
