/** The command line: a client like any other, which shares nothing with the server but the contract. */
@NullMarked
package dev.sandlot.cli;

import org.jspecify.annotations.NullMarked;
