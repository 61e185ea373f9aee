/** Requests that may be sent again without being done again ({@code Idempotency-Key}). */
@NullMarked
package dev.sandlot.idempotency;

import org.jspecify.annotations.NullMarked;
