package dev.sandlot.keys;

import java.time.Instant;
import java.util.Optional;

/**
 * A key that is to be made.
 *
 * @param expiresAt as it was asked for; the configured maximum applies later
 */
record WantedKey(String name, Grant grant, boolean selfRevoke, Optional<Instant> expiresAt) {}
