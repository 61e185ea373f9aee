/* The sandbox itself: its namespaces, held open by a PID 1 that does nothing but reap. */
#ifndef SANDLOT_SANDBOX_H
#define SANDLOT_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "failure.h"
#include "spec.h"

/* In the order in which a process joins them: the user namespace gives the right to the others, mount comes last. */
enum namespace { NS_USER, NS_NET, NS_IPC, NS_UTS, NS_CGROUP, NS_MNT, NS_PID, NS_COUNT };

struct sandbox {
    const struct sandbox_spec *spec;
    int cgroup2; /* its version 2 folder, or -1 */
    int null; /* leads nowhere: the standard input of commands that were given none */
    uint64_t oom_kills; /* those already laid to an execution */
    pid_t init;
    int init_pidfd;
    pid_t carrier; /* sees to who carries its packets; 0: it has no network */
    int carrier_pidfd;
    int namespaces[NS_COUNT];
    bool in_user_namespace; /* a plain user's keeper has joined the user namespace itself */
    bool idmapped;
    bool inside; /* this is it: the keeper is its PID 1 */
};

/* Makes it (spec and cgroup2 are set) and waits, 10 s at most, until its root file system stands. */
int sandbox_start(struct sandbox *sandbox, struct failure *failure);

/* Makes the stage of a runtime instead: PID 1 holds the mount namespace, and that is all there is. */
int sandbox_stage(struct sandbox *sandbox, struct failure *failure);

/* True once its PID 1 has begun to end, and every command with it. */
bool sandbox_dying(const struct sandbox *sandbox);

/* Kills all that runs in it and waits, 10 s at most, until PID 1 is gone. */
int sandbox_end(struct sandbox *sandbox, struct failure *failure);

/*
 * The keeper's own sockets are the sandbox's from now on. Once it listens: what it listens at is not to be seen inside.
 */
int sandbox_join_network(const struct sandbox *sandbox, struct failure *failure);

/* In a child of the keeper, born into the pid namespace: joins the rest of the sandbox. */
int sandbox_join(const struct sandbox *sandbox, struct failure *failure);

/* The same in two steps: first all but the users, then these. */
int sandbox_join_places(const struct sandbox *sandbox, struct failure *failure);
int sandbox_join_users(const struct sandbox *sandbox, struct failure *failure);

/*
 * Kills all that runs in it but PID 1, all at once, so that nobody is missed who is about to fork. True when there was
 * nobody; else call again, a little later.
 */
bool sandbox_purge(const struct sandbox *sandbox);

#endif
