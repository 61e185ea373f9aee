/** What commands print: kept while it grows and after, cut to head and tail, shown as text, served as bytes. */
@NullMarked
package dev.sandlot.output;

import org.jspecify.annotations.NullMarked;
