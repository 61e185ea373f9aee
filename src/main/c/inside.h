/*
 * The keeper as the first process of a container that an OCI runtime has made: it speaks to the gate outside over its
 * standard input and output, waits for every process of the container, and can't look at control groups.
 */
#ifndef SANDLOT_INSIDE_H
#define SANDLOT_INSIDE_H

#include <poll.h>

#include "failure.h"
#include "spec.h"
#include "trunk.h"

struct server;

#define INSIDE_POLLS_MAX (1 + TRUNK_POLLS_MAX)

struct inside {
    struct trunk trunk;
    int children; /* tells that one has ended (signalfd(2)) */
    struct server *server;
    struct pollfd *poll;
};

/* Never returns: serves until it is told to end, or the gate is gone; with it ends the container. */
_Noreturn void inside_run(const struct sandbox_spec *spec);

nfds_t inside_polls(struct inside *inside, struct pollfd *polls);
void inside_serve(struct inside *inside);

#endif
