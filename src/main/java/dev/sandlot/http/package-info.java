/**
 * What every operation has of HTTP: its request's id, JSON body and paging; and the one envelope that every failure
 * becomes, by exception mappers, and by the page for what the container refuses itself.
 */
@NullMarked
package dev.sandlot.http;

import org.jspecify.annotations.NullMarked;
