/* /proc, with what OCI runtimes hide hidden, and a minimal /dev. */
#ifndef SANDLOT_DEVICES_H
#define SANDLOT_DEVICES_H

#include "failure.h"

/* Mounts them below `root`; `shm` is the folder that becomes /dev/shm. The host's /dev must still be in reach. */
int devices_mount(const char *root, const char *shm, struct failure *failure);

#endif
