/** Tells a collector of traces how long the steps of requests take, where the server has one (OpenTelemetry). */
@NullMarked
package dev.sandlot.trace;

import org.jspecify.annotations.NullMarked;
