/*
 * A way out for a sandbox that is to have one. Its network namespace gets a filter, and a program that carries its
 * packets as connections of the host's own: nothing of the host is changed, and no right on it is needed. Without all
 * this a sandbox has loopback and nothing else.
 */
#ifndef SANDLOT_NETWORK_H
#define SANDLOT_NETWORK_H

#include "failure.h"
#include "sandbox.h"

/* Sets both up, when the sandbox is to have a network; the filter first. Waits for each of them, 10 s at most. */
int network_start(struct sandbox *sandbox, struct failure *failure);

/* Ends the program, which until then is started again whenever it ends; does nothing where there is none. */
void network_end(struct sandbox *sandbox);

#endif
