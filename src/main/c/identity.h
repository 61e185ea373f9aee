/* Who a command is in its sandbox: always somebody whom the sandbox's user namespace knows. */
#ifndef SANDLOT_IDENTITY_H
#define SANDLOT_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "failure.h"

struct identity {
    uid_t uid;
    gid_t gid;
    char home[256];
};

/*
 * The user (NULL: root) as "user" or "user:group", names of the sandbox's own /etc/passwd and /etc/group or numbers.
 * Ids are less than `ids`, of which there are so many; whatever says otherwise is refused, and so are files that are
 * none.
 */
int identity_find(const char *wanted, uint32_t ids, struct identity *identity, struct failure *failure);

/*
 * For a process that has just joined: it becomes root of the sandbox, and nobody else's. `groups`: it may drop its
 * groups.
 */
int identity_become_root(bool groups, struct failure *failure);

/* For one that is root of the sandbox. On success it has these ids and no others. */
int identity_take(const struct identity *identity, struct failure *failure);

#endif
