/** Executions under way: from a caller's wish to the stored end. */
@NullMarked
package dev.sandlot.execution;

import org.jspecify.annotations.NullMarked;
