/* The root file system of one sandbox: what a command can see. Built by its PID 1, inside its own mount namespace. */
#ifndef SANDLOT_ROOTFS_H
#define SANDLOT_ROOTFS_H

#include "failure.h"
#include "spec.h"

#define HOST_FOLDERS 7
#define SOURCES_MAX LAYERS_MAX

/* Read-only copies of the mounts that the root file system rests on: the image's layers, or the host's folders. */
struct sources {
    int fds[SOURCES_MAX]; /* -1: not there (a host folder that is a link, say) */
    unsigned count;
    int idmapped; /* files that root owns outside are root's inside, and can be copied up */
};

/* Opens them; with a user namespace id-mapped to it, where kernel and file system can, else as they are. */
int rootfs_sources(const struct sandbox_spec *spec, int userns_fd, struct sources *sources, struct failure *failure);

/* Builds the tree, makes it the root and lets go of the host's. */
int rootfs_enter(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure);

#endif
