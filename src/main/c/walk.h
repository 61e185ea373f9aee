/*
 * Through a tree that somebody may change meanwhile: folders are entered by what is open, no link is followed, and what
 * is gone when its turn comes was never there. It ends, however much is made before it.
 */
#ifndef SANDLOT_WALK_H
#define SANDLOT_WALK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct walk {
    void *owner;
    /* Told of each entry, a folder before what is in it. Negative: the end, with errno. `path` is below the root. */
    int (*visit)(struct walk *walk, int folder, const char *name, const struct stat *status);
    unsigned depth_max; /* 1: what is in the root alone */
    bool whole; /* a folder that can't be read ends it */
    char path[PATH_MAX];
    size_t length;
    uint64_t seen;
};

/* Deeper ones end with E2BIG. */
#define WALK_DEPTH_MAX 128u

/* Takes the folder over. -1 with errno. */
int walk_through(struct walk *walk, int root);

/* Removes all that is in a folder, which it takes over. -1 with errno. */
int walk_remove(int folder);

#endif
