/** Environments: their states, their store, who moves them on, and the operations on them. */
@NullMarked
package dev.sandlot.environment;

import org.jspecify.annotations.NullMarked;
