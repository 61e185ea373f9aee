/** Keys that callers make for programs of theirs: who holds one is its maker, with no more than they had. */
@NullMarked
package dev.sandlot.keys;

import org.jspecify.annotations.NullMarked;
