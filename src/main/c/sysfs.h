/* A /sys that tells of the sandbox and of nothing else: its processors, its control groups. Read-only. */
#ifndef SANDLOT_SYSFS_H
#define SANDLOT_SYSFS_H

#include "failure.h"
#include "spec.h"

/*
 * Mounts it in the stage's root (rootfs.h). By PID 1, in the sandbox's control group namespace and before the root is
 * changed.
 */
int sysfs_mount(const struct sandbox_spec *spec, struct failure *failure);

/* How many processors the sandbox may use, rounded up; no more than the host lets this process use. */
unsigned sysfs_processors(const struct sandbox_spec *spec);

#endif
