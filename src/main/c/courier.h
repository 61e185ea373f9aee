/*
 * Who carries files: a process of the sandbox, within all that binds its commands, that runs no program. It has a
 * connection of the server's for itself, and ends with it. What it does is in errands.h.
 */
#ifndef SANDLOT_COURIER_H
#define SANDLOT_COURIER_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "failure.h"
#include "places.h"
#include "sandbox.h"

struct courier {
    pid_t pid; /* 0: this place is free */
    int pidfd; /* -1: who waits for all is told of its end */
    struct pollfd *poll; /* in the last round */
};

struct couriers {
    struct courier all[COURIERS_MAX];
};

/*
 * Starts one for that user (NULL: root), who has the connection from now on: CONNECTED or FAILED comes on it. The
 * caller closes it. Fails when there is no place, or no process.
 */
int couriers_start(struct couriers *couriers, const struct sandbox *sandbox, int client, const char *user,
                   struct failure *failure);

/* Adds what is to be looked at; returns how many. They stay where they are until couriers_reap. */
nfds_t couriers_polls(struct couriers *couriers, struct pollfd *polls);

/* Forgets who has ended. */
void couriers_reap(struct couriers *couriers);

/* The same for who waits for all at once; false: it was none of these. */
bool couriers_reaped(struct couriers *couriers, pid_t pid);

#endif
