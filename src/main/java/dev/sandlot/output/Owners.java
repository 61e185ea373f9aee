package dev.sandlot.output;

import dev.sandlot.budget.Tenant;
import java.util.Optional;
import java.util.UUID;

/** Knows whose an environment is. */
public interface Owners {
    /** Empty for one that does not exist. */
    Optional<Tenant> owner(UUID environment);
}
