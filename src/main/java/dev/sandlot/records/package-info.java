/** The records of executions: made durable at once, and brought to the database in batches. */
@NullMarked
package dev.sandlot.records;

import org.jspecify.annotations.NullMarked;
