/**
 * How requests come in and their answers go out: at the pace of their clients, and without holding what the others need.
 * The threads that take requests neither wait for a body nor for a reader; how much is under way and in memory is bounded
 * and shared.
 */
@NullMarked
package dev.sandlot.exchange;

import org.jspecify.annotations.NullMarked;
