/* What a process of the sandbox may never do again: capabilities, new privileges, system calls, limits. */
#ifndef SANDLOT_CONFINE_H
#define SANDLOT_CONFINE_H

#include "failure.h"
#include "spec.h"

/* PID 1 reaps and nothing else: no capability is left to it. */
int confine_init(struct failure *failure);

/*
 * For a command, before it looks at anything of the sandbox or becomes its user: what it and all that it executes may
 * have.
 */
int confine_bounds(const struct sandbox_spec *spec, struct failure *failure);

/* The rest, after its ids are set and before execve. */
int confine_command(const struct sandbox_spec *spec, uint64_t others, struct failure *failure);

#endif
