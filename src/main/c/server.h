/* Serves one sandbox on a Unix socket until it is destroyed, dies, or has outlived its time. */
#ifndef SANDLOT_SERVER_H
#define SANDLOT_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "failure.h"
#include "sandbox.h"

struct server;
struct inside;

/* Listens at the sandbox's socket. NULL with the failure told. */
struct server *server_open(struct sandbox *sandbox, struct failure *failure);

/* The same inside of a container: nobody listens, connections come by server_adopt. */
struct server *server_open_inside(struct sandbox *sandbox, struct inside *inside, struct failure *failure);

/* Takes a connection that came by a channel; false: no room. */
bool server_adopt(struct server *server, int fd, uint32_t channel);

/* A process has ended that may be a command's. */
void server_reaped(struct server *server, pid_t pid, int status, const struct rusage *usage);

/* The sandbox is to end. */
void server_stop(struct server *server);

/* Returns when the sandbox is to end. */
void server_run(struct server *server);

/* Tells the readers, and closes all; returns the channel of who asked for the end, or 0. */
uint32_t server_close_inside(struct server *server);

/* Tells whoever asked that nothing is left, and closes all. */
void server_close(struct server *server);

#endif
