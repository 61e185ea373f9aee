/** What may be in a log: ids and our own words, never what a tenant has sent or printed. */
@NullMarked
package dev.sandlot.log;

import org.jspecify.annotations.NullMarked;
