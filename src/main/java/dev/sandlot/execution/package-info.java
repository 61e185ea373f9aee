/** Executions: from request to record, with their output. */
@NullMarked
package dev.sandlot.execution;

import org.jspecify.annotations.NullMarked;
