/* Where the server reaches its keeper: a Unix socket for one user alone. */
#ifndef SANDLOT_LISTENER_H
#define SANDLOT_LISTENER_H

#include "failure.h"

/* Non-blocking, mode 0600; the keeper's working directory becomes that of `path`. */
int listener_open(const char *path, struct failure *failure);

/* The next client, non-blocking; -1: none, or one that may not speak to a keeper. */
int listener_accept(int listener);

#endif
