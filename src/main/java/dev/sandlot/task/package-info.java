/** What environments are made from: task definitions, the catalogue that finds them, the operations that read them. */
@NullMarked
package dev.sandlot.task;

import org.jspecify.annotations.NullMarked;
