package dev.sandlot.trace;

import dev.sandlot.log.Trace;

/** Traces that are collected. */
interface Traces {
    /** That of the current thread's work; NONE where it is not collected. */
    Trace current();
}
