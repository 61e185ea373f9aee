/** The application itself. */
@NullMarked
package dev.sandlot;

import org.jspecify.annotations.NullMarked;
