/** Sandboxes on this host: starts keepers, lays out cgroups and user ids, tests what the host can guarantee. */
@NullMarked
package dev.sandlot.sandbox.local;

import org.jspecify.annotations.NullMarked;
