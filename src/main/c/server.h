/* Serves one sandbox on a Unix socket until it is destroyed, dies, or has outlived its time. */
#ifndef SANDLOT_SERVER_H
#define SANDLOT_SERVER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "failure.h"
#include "places.h"
#include "sandbox.h"

struct server;

#define ENTRANCE_POLLS_MAX (3 + CONNECTIONS_MAX)

/* Where connections come from when nobody listens: whoever sees to it takes part in each round. */
struct entrance {
    void *owner;
    /*
     * Adds what is to be looked at, ENTRANCE_POLLS_MAX at most; returns how many. They stay where they are until
     * `serve`.
     */
    nfds_t (*polls)(void *owner, struct pollfd *polls);
    /* Hands over what has come: by server_adopt, server_leave, server_reaped, server_stop. */
    void (*serve)(void *owner);
    /* Hears of a new lifetime of the sandbox. */
    void (*extend)(void *owner, uint32_t seconds);
};

/* Listens at the sandbox's socket. NULL with the failure told. */
struct server *server_open(struct sandbox *sandbox, struct failure *failure);

/* The same inside of a container. */
struct server *server_open_inside(struct sandbox *sandbox, const struct entrance *entrance, struct failure *failure);

/* Takes a connection that came by a channel; false: no room. */
bool server_adopt(struct server *server, int fd, uint32_t channel);

/* Who came by that channel is gone. */
void server_leave(struct server *server, uint32_t channel);

/* A process has ended that may be a command's. */
void server_reaped(struct server *server, pid_t pid, int status, const struct rusage *usage);

/* The sandbox is to end. */
void server_stop(struct server *server);

/* Returns when the sandbox is to end. */
void server_run(struct server *server);

/* Tells the readers, and closes all; returns the channel of who asked for the end, or 0. */
uint32_t server_close_inside(struct server *server);

/* Tells whoever asked that nothing is left, where that is so, and closes all. */
void server_close(struct server *server, bool ended);

#endif
