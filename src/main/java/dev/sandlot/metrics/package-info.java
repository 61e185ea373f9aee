/**
 * What is counted and timed, in the terms of Prometheus: every name, label and word of a label is here, and none of them
 * comes from a tenant. To count costs some nanoseconds and no lock. It is always done; who may read it is not said here.
 */
@NullMarked
package dev.sandlot.metrics;

import org.jspecify.annotations.NullMarked;
