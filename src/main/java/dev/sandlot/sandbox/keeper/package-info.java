/** Speaks the keeper's protocol: frames and connections. Starts no process, knows no HTTP. */
@NullMarked
package dev.sandlot.sandbox.keeper;

import org.jspecify.annotations.NullMarked;
