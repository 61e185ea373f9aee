/*
 * Paths of a sandbox, for a process that has joined it: its root is the sandbox's, and it is the sandbox's user. What
 * it must not see or touch is itself: links that lead to what a process has open (proc_pid_fd(5)) are not followed, and
 * what the kernel makes up of processes is no file here. Each returns a negative number with errno.
 */
#ifndef SANDLOT_PATHS_H
#define SANDLOT_PATHS_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* A name in a folder that is open; whatever becomes of the path that led there, it is that one. */
struct place {
    int folder;
    char name[NAME_MAX + 1];
};

/* How folders are made that are not there. */
struct making {
    bool parents; /* those on the way, with mode 0755 */
    bool last; /* the last one, with this mode */
    mode_t mode;
    bool made; /* so it was */
};

/* Opens what is there, links followed unless the flags say otherwise: a descriptor of the caller's. */
int paths_open(int from, const char *path, int flags);

/* Whether it lies in what the kernel makes up: ENOTSUP. */
int paths_require_files(int fd);

/* The folder itself, for use as a place to begin at. */
int paths_folder(int from, const char *path, struct making *making);

/* Where the last name of a path is, or would be. Closed by its caller. EISDIR: the path has no name at its end. */
int paths_parent(int from, const char *path, bool make, struct place *place);

/* Goes on to where a symbolic link leads, again and again. */
int paths_follow(struct place *place);

/* As paths_parent, of a path below a folder in which no link is followed. */
int paths_below(int root, const char *path, bool make, struct place *place);

#endif
