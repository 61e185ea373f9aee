/*
 * One command from spawn to its ending. RUNNING until its process ends; SETTLING while what that has left still prints;
 * KILLING from its limit (or a cancel) until nothing of its tree lives; DRAINING while what was in the pipe after that
 * is read; ENDED while its ending is held for a reader, until that one has stored it.
 */
#ifndef SANDLOT_EXECUTION_H
#define SANDLOT_EXECUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "failure.h"
#include "frame.h"
#include "leftovers.h"
#include "sandbox.h"
#include "settling.h"
#include "spawn.h"
#include "spec.h"
#include "stream.h"

enum execution_state {
    EXECUTION_FREE,
    EXECUTION_RUNNING,
    EXECUTION_SETTLING,
    EXECUTION_KILLING,
    EXECUTION_DRAINING,
    EXECUTION_ENDED
};

struct execution {
    enum execution_state state;
    char id[ID_SIZE];
    struct spawned process;
    int unread; /* the end of its input that is read from, once nothing more comes; -1: there is none */
    int cgroup; /* -1: none on this host */
    bool split;
    bool whole; /* nothing of it may outlive its process */
    bool told; /* how its process has ended */
    bool reaped; /* that process, or its warden */
    bool lost; /* its warden died before its time: nobody knows where its tree is */
    bool stuck; /* it can't be killed */
    bool awaited; /* by who waits for all */
    int status; /* as of wait(2), once told */
    uint64_t started_us;
    uint64_t ended_us;
    uint64_t deadline_us;
    uint64_t idle_us; /* so long it may be silent; 0: for ever */
    uint64_t printed; /* by then */
    uint64_t silent_since_us;
    uint64_t killing_since_us;
    uint64_t cpu_us;
    uint64_t peak_bytes;
    unsigned flags;
    struct settling settling;
    struct stream streams[STREAMS];
    uint8_t ending[ENDING_SIZE];
    size_t ending_length;
};

/* `execution` is FREE and its streams have their room. */
int execution_start(struct execution *execution, const struct sandbox *sandbox, struct exec_spec *spec,
                    struct failure *failure);

/* What wait4(2) said of its process, or of its warden: for who waits for all at once. */
void execution_reaped(struct execution *execution, int status, const struct rusage *usage);

/* Begins to kill the tree, with the flags that say why. */
void execution_kill(struct execution *execution, unsigned why);

/*
 * One step forward; call when its process, a pipe or the clock has news. True once it is ENDED, its ending written.
 * `unread`: STREAMS offsets; nothing from there on is overwritten. NULL: nobody reads, what does not fit is.
 */
bool execution_advance(struct execution *execution, struct sandbox *sandbox, const uint64_t *unread);

/* When it is to be looked at though nothing has come, or NEVER. */
uint64_t execution_due(const struct execution *execution, uint64_t now_us);

/*
 * Lets go of what the kernel holds for it, once ENDED, its pipes to `leftovers`: true when background processes keep
 * its cgroup.
 */
bool execution_tidy(struct execution *execution, const struct sandbox *sandbox, struct leftovers *leftovers);

/* The ending of one whose sandbox has died under it; ENDING_SIZE is enough. */
size_t execution_died_frame(uint8_t *frame);

/* Forgets it. */
void execution_free(struct execution *execution);

#endif
