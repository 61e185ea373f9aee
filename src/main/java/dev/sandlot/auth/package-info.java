/** Who is calling and what they may do: the caller's token, the environment's token, development mode. */
@NullMarked
package dev.sandlot.auth;

import org.jspecify.annotations.NullMarked;
