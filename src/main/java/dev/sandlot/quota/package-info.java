/** What single tenants may have, as the operator says, and what they have used. */
@NullMarked
package dev.sandlot.quota;

import org.jspecify.annotations.NullMarked;
