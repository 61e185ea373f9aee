/** What the operator sees and does over HTTP, whoever's it is; each of these acts is in the audit. */
@NullMarked
package dev.sandlot.admin;

import org.jspecify.annotations.NullMarked;
