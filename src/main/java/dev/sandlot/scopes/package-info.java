/** What clients ask of themselves before they ask for work: who they are, and of which organizations and workspaces. */
@NullMarked
package dev.sandlot.scopes;

import org.jspecify.annotations.NullMarked;
