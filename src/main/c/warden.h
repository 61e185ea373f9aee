/*
 * Where no control group holds a command's tree together: a process of the keeper's own between the two, which is
 * parent to all of the tree that has lost its own (PR_SET_CHILD_SUBREAPER(2const)) for as long as the keeper wants to
 * see it. It has joined all of the sandbox but the user namespace: where the keeper is root, nobody inside may signal
 * it.
 */
#ifndef SANDLOT_WARDEN_H
#define SANDLOT_WARDEN_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "spec.h"

/* How the command's own process has ended. */
struct last_words {
    int status; /* as of wait(2) */
    uint64_t cpu_us;
    uint64_t peak_bytes;
};

void last_words_set(struct last_words *words, int status, const struct rusage *usage);

/* To be called before the command is forked. */
void warden_begin(void);

/* Waits for `command` (-1: it could not be forked), writes its last words to `told`, and stays until it is killed. */
_Noreturn void warden_run(pid_t command, int told, const struct exec_spec *spec);

#endif
