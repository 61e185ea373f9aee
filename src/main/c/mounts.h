/* The few ways in which a sandbox's root file system is put together. Paths are ours, never a caller's text. */
#ifndef SANDLOT_MOUNTS_H
#define SANDLOT_MOUNTS_H

#include <stdint.h>

#include "failure.h"

/* A detached, read-only copy of the mount at `path`; with a user namespace, id-mapped to it. -1 with errno. */
int mounts_detach(const char *path, int userns_fd);

/* Attaches a detached mount at `to` and closes it. */
int mounts_attach(int fd, const char *to, struct failure *failure);

/* Shows `from` at `to` too, with the attributes (ATTR_*) added. */
int mounts_bind(const char *from, const char *to, uint64_t attributes, struct failure *failure);

/* An overlay of `lower` (paths with ':' between them), with its writable part in `upper` and `work`. */
int mounts_overlay(const char *lower, const char *upper, const char *work, const char *to, struct failure *failure);

/* Makes a folder, its parents exist; an existing one is fine. */
int make_folder(const char *path, unsigned mode, struct failure *failure);

/* Makes a file with this text, if it does not exist. */
int make_file(const char *path, const char *text, struct failure *failure);

#endif
