package dev.sandlot.quota;

import java.util.Map;
import java.util.OptionalLong;

/** What one tenant may have; of what it says nothing, the settings' bounds hold. */
public record Quota(Map<Allowance, Long> most) {
    public Quota {
        most = Map.copyOf(most);
        most.forEach(Allowance::require);
    }

    /** The most of that, where this says it. */
    public OptionalLong of(Allowance allowance) {
        Long said = most.get(allowance);
        return said == null ? OptionalLong.empty() : OptionalLong.of(said);
    }
}
