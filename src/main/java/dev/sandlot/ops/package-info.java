/** What operators meet: start-up, health, the API's description. */
@NullMarked
package dev.sandlot.ops;

import org.jspecify.annotations.NullMarked;
