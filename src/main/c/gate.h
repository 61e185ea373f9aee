/*
 * The keeper of a sandbox that an OCI runtime makes: it stays outside, makes the root file system, starts the runtime,
 * and passes connections on to the keeper inside, which does what is left to do.
 */
#ifndef SANDLOT_GATE_H
#define SANDLOT_GATE_H

#include "sandbox.h"

/* Serves until the container is gone; the answer to the starter goes to `reports`. Returns the exit status. */
int gate_run(struct sandbox *sandbox, int reports);

#endif
