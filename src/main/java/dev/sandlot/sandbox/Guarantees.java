package dev.sandlot.sandbox;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a host can hold sandboxes to. Each was tried, not assumed.
 *
 * @param held by name, in a fixed order: whether it holds
 * @param offered the same for what sandboxes can have beside that, when a task asks for it
 */
public record Guarantees(Map<String, Boolean> held, Map<String, Boolean> offered) {
    public Guarantees {
        held = Collections.unmodifiableMap(new LinkedHashMap<>(held));
        offered = Collections.unmodifiableMap(new LinkedHashMap<>(offered));
    }

    /** True when nothing that is to be held is missing. */
    public boolean complete() {
        return !held.containsValue(false);
    }
}
