/** Executions as clients meet them: the operations, and the ways in which they are answered. */
@NullMarked
package dev.sandlot.answers;

import org.jspecify.annotations.NullMarked;
