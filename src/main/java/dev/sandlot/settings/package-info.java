/**
 * What an operator may say. MicroProfile Config has the values: environment variables, the server's variables. A package
 * declares its settings beside the record that holds them; together they are the one list that refusals, the warning of
 * a name that nobody reads and the documentation's table come from.
 */
@NullMarked
package dev.sandlot.settings;

import org.jspecify.annotations.NullMarked;
