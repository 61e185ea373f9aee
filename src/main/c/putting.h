/*
 * Puts the members of an archive below a folder, one after another. Nobody waits for an answer to each: the first that
 * fails is told of once, and those behind it are taken and dropped.
 */
#ifndef SANDLOT_PUTTING_H
#define SANDLOT_PUTTING_H

#include <stdbool.h>

#include "ask.h"
#include "parcels.h"

struct putting {
    int root; /* -1: none */
    bool failed;
};

/* Makes the folder if it is not there. -1 with errno. */
int putting_begin(struct putting *putting, const struct ask *ask);

/* One member, and the bytes that follow where it is a file. False when the other side is gone. */
bool putting_take(struct putting *putting, struct parcels *parcels, const struct ask *ask);

#endif
