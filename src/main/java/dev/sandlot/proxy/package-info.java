/** The way from outside to the services of environments. */
@NullMarked
package dev.sandlot.proxy;

import org.jspecify.annotations.NullMarked;
