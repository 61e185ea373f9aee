/** The threads on which is waited: for commands, for services, for what those answer. */
@NullMarked
package dev.sandlot.worker;

import org.jspecify.annotations.NullMarked;
