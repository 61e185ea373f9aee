/** Tells tenants and the operator what is used, and of how much. */
@NullMarked
package dev.sandlot.usage;

import org.jspecify.annotations.NullMarked;
