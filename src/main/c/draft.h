/*
 * A file on its way to its place: it is written beside it and renamed, so that who looks sees the old one or the whole
 * new one. Each returns a negative number with errno.
 */
#ifndef SANDLOT_DRAFT_H
#define SANDLOT_DRAFT_H

#include <stdbool.h>
#include <sys/stat.h>

#include "ask.h"
#include "failure.h"
#include "paths.h"

/* Of a name beside. */
#define BESIDE_SIZE 32

struct draft {
    struct place place;
    char name[BESIDE_SIZE]; /* while it is beside */
    int file;
    bool exists; /* there is an old one, and that is `old` */
    struct stat old;
    struct stat now; /* once it is in its place */
};

/*
 * Begins one for that path; folders on the way are made, and where a link is there, its target is meant. Fails where
 * the old one may not be written, is not the one that is asked for, or is no file.
 */
int draft_begin(const struct ask *ask, const char *path, struct draft *draft);

/* An errand that failed with errno. Where there is no space it says how much there is in all. */
void draft_failed(struct failure *failure);

/* Makes a file in that folder that nobody else has a name for, and names it; its descriptor. */
int draft_open_beside(int folder, char name[BESIDE_SIZE]);

/* All of the bytes. */
int draft_write(int file, const uint8_t *bytes, size_t length);

/* Puts it in its place, which the old one's owner and mode go to where none is asked for. The draft is closed. */
int draft_commit(const struct ask *ask, struct draft *draft);

/* Nothing of it is left, and errno is as it was. */
void draft_discard(struct draft *draft);

/* Whether that file is the one that is asked for: ESTALE. */
int draft_require_same(const struct ask *ask, const struct stat *status);

/* Renames, and fails with EEXIST where something is there. */
int draft_rename_to_nothing(const struct place *from, const char *name, const struct place *to);

#endif
