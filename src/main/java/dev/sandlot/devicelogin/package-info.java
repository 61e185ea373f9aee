/**
 * Logging in from a device without a browser (RFC 8628), by way of the identity provider: for everybody, so with little
 * of anything for anybody.
 */
@NullMarked
package dev.sandlot.devicelogin;

import org.jspecify.annotations.NullMarked;
