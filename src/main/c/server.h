/* Serves one sandbox on a Unix socket until it is destroyed, dies, or has outlived its time. */
#ifndef SANDLOT_SERVER_H
#define SANDLOT_SERVER_H

#include "failure.h"
#include "sandbox.h"

struct server;

/* Listens at the sandbox's socket. NULL with the failure told. */
struct server *server_open(struct sandbox *sandbox, struct failure *failure);

/* Returns when the sandbox is to end. */
void server_run(struct server *server);

/* Tells whoever asked that nothing is left, and closes all. */
void server_close(struct server *server);

#endif
