/* How a command becomes the arguments of the shell that runs it. */
#ifndef SANDLOT_SHELL_H
#define SANDLOT_SHELL_H

#include "failure.h"
#include "spec.h"

#define SHELL "/bin/sh"

/*
 * The arguments of the sandbox's shell: sh -c -- TEXT. A text that is too long for one argument goes in pieces, which the
 * shell joins before it looks at any of them; it has no other arguments, name, descriptors or lines by that. They are there
 * until the next call. NULL: there is no memory for them.
 */
char **shell_arguments(struct exec_spec *spec, struct failure *failure);

#endif
