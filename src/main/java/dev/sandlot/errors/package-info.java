/** What can go wrong, in the words of the wire: types, faults, the exception that carries them. No HTTP, no CDI. */
@NullMarked
package dev.sandlot.errors;

import org.jspecify.annotations.NullMarked;
