/** Files of environments over HTTP: one by one, in lists, and as archives. */
@NullMarked
package dev.sandlot.filetransfer;

import org.jspecify.annotations.NullMarked;
