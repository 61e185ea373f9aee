/** Work on files that more than one package does. Knows nothing of the application. */
@NullMarked
package dev.sandlot.files;

import org.jspecify.annotations.NullMarked;
