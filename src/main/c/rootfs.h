/* The root file system of one sandbox: what a command can see. Built by its PID 1, inside its own mount namespace. */
#ifndef SANDLOT_ROOTFS_H
#define SANDLOT_ROOTFS_H

#include "failure.h"
#include "spec.h"

/* Of the host's programs, and of the files that go with them. */
#define HOST_FOLDERS 9
#define SOURCES_MAX LAYERS_MAX

/* Read-only copies of the mounts that the root file system rests on: the image's layers, or the host's folders. */
struct sources {
    int fds[SOURCES_MAX]; /* -1: not there (a host folder that is a link, say) */
    unsigned count;
    int idmapped; /* files that root owns outside are root's inside, and can be copied up */
};

/* Opens them; with a user namespace id-mapped to it, where kernel and file system can, else as they are. */
int rootfs_sources(const struct sandbox_spec *spec, int userns_fd, struct sources *sources, struct failure *failure);

/*
 * Where a runtime finds its bundle, and in there its root file system and the keeper; in the mount namespace of a
 * stage.
 */
#define STAGE "/tmp"
#define STAGE_ROOT STAGE "/root"
#define STAGE_BUNDLE STAGE "/bundle"
#define STAGE_STATE STAGE "/state"

/*
 * Why gVisor puts no file system of its own over /tmp, which nothing would bound: it is not empty. The keeper inside
 * removes it.
 */
#define STAGE_MARK "/tmp/.sandlot"

/* Holds this program's own bytes, for the bundle of a stage. */
int rootfs_load_program(struct failure *failure);

/* Builds the tree with the bundle of a runtime beside it, and leaves the rest to that. */
int rootfs_stage(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure);

/*
 * Where commands begin, from the root of what is seen now: what of it the image does not have is made, and belongs to
 * the sandbox's user. Where the image does not know that user (yet), to root.
 */
int rootfs_make_workplace(const struct sandbox_spec *spec, struct failure *failure);

/* Builds the tree, makes it the root and lets go of the host's. */
int rootfs_enter(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure);

#endif
