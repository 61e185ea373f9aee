/**
 * Who did what, and what came of it: a chain of entries in the database, each with the hash of the one before it. What has
 * ended well is there before its answer is sent; what was refused is counted, so that no flood of it fills the disk.
 */
@NullMarked
package dev.sandlot.audit;

import org.jspecify.annotations.NullMarked;
