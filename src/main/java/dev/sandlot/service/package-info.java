/** Servers that run in sandboxes: started, probed, started again, their output kept for the log, spoken to by HTTP. */
@NullMarked
package dev.sandlot.service;

import org.jspecify.annotations.NullMarked;
