/** What all tenants of a server share, and how it is shared: bounded amounts, and work that takes turns. */
@NullMarked
package dev.sandlot.budget;

import org.jspecify.annotations.NullMarked;
