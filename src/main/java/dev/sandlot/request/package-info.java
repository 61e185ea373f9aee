/** What every operation reads of a request: its id, its JSON body, its paging. */
@NullMarked
package dev.sandlot.request;

import org.jspecify.annotations.NullMarked;
