/** Turns every failure into the one envelope: exception mappers, and the page for what the container refuses itself. */
@NullMarked
package dev.sandlot.errors.rest;

import org.jspecify.annotations.NullMarked;
