/** The Model Context Protocol: environments as tools of a language model. */
@NullMarked
package dev.sandlot.mcp;

import org.jspecify.annotations.NullMarked;
