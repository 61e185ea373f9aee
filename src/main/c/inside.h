/*
 * The keeper as the first process of a container that an OCI runtime has made: it speaks to the gate outside over its
 * standard input and output, waits for every process of the container, and can't look at control groups.
 */
#ifndef SANDLOT_INSIDE_H
#define SANDLOT_INSIDE_H

#include "spec.h"

/* Never returns: serves until it is told to end, or the gate is gone; with it ends the container. */
_Noreturn void inside_run(const struct sandbox_spec *spec);

#endif
