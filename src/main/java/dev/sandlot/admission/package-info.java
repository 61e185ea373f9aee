/** Who may come in now: client versions, the rate of a caller, how much runs at once. */
@NullMarked
package dev.sandlot.admission;

import org.jspecify.annotations.NullMarked;
