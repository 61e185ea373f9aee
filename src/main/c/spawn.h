/* Starts one command in the sandbox. */
#ifndef SANDLOT_SPAWN_H
#define SANDLOT_SPAWN_H

#include <sys/types.h>

#include "failure.h"
#include "sandbox.h"
#include "spec.h"

struct spawned {
    pid_t pid;
    int pidfd;
    int output; /* the reading end of the pipe that is its standard output and error; non-blocking */
    int report; /* carries a struct failure if it could not be started, and nothing otherwise */
};

/* `cgroup` is the command's own folder, or -1. */
int spawn_command(const struct sandbox *sandbox, struct exec_spec *spec, int cgroup, struct spawned *spawned,
                  struct failure *failure);

#endif
