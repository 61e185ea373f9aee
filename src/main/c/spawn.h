/* Starts one command in the sandbox. */
#ifndef SANDLOT_SPAWN_H
#define SANDLOT_SPAWN_H

#include <sys/types.h>

#include "failure.h"
#include "sandbox.h"
#include "spec.h"

struct spawned {
    pid_t pid; /* the command's process, or its warden */
    int pidfd;
    int told; /* the warden's last words of the command (struct last_words); -1: it has none */
    int outputs[STREAMS]; /* reading ends, non-blocking: standard output, or both streams; standard error, or -1 */
    int input; /* writing end of its standard input, non-blocking; -1: nothing more comes there */
    int report; /* carries a struct failure if it could not be started, and nothing otherwise */
};

/* `cgroup` is the command's own folder, or -1. */
int spawn_command(const struct sandbox *sandbox, struct exec_spec *spec, int cgroup, struct spawned *spawned,
                  struct failure *failure);

#endif
