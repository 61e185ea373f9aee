/** What is kept of environments and executions, and how it goes: with time, or to make room. */
@NullMarked
package dev.sandlot.retention;

import org.jspecify.annotations.NullMarked;
