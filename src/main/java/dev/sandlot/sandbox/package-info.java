/** The interface between Sandlot and whatever makes sandboxes and runs commands in them. */
@NullMarked
package dev.sandlot.sandbox;

import org.jspecify.annotations.NullMarked;
