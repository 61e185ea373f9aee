/** The database: how it comes up to date, and what its refusals mean. */
@NullMarked
package dev.sandlot.database;

import org.jspecify.annotations.NullMarked;
