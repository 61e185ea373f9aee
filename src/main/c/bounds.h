/*
 * What stays when the process has ended that made it: files of the sandbox, which are memory, and objects of System V.
 * Where the memory of all is limited, nobody can be killed to have such memory back; so there is never as much of it
 * that the next command could not run, look and delete.
 */
#ifndef SANDLOT_BOUNDS_H
#define SANDLOT_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "spec.h"

/* Of the file system that commands write to. */
uint64_t bounds_files(const struct sandbox_spec *spec);
uint64_t bounds_inodes(const struct sandbox_spec *spec);

/*
 * Whether root of a user namespace bounds his own ipc namespace, by the kernel's release: since Linux 6.9 nobody else
 * may, before that the host's root alone may.
 */
bool bounds_ipc_from_inside(const char *release);

/* Of the names below /proc/sys/kernel. */
struct ipc_bound {
    const char *name;
    char value[96];
};

#define IPC_BOUNDS 4u

/* What System V has in a sandbox of so much memory: IPC_BOUNDS of them. OCI runtimes set the same (IpcBounds.java). */
void bounds_of_ipc(uint64_t memory, struct ipc_bound *bounds);

/* Bounds it in the caller's ipc namespace; where the host does not allow that, it stays as it is. */
void bounds_set_ipc(const struct sandbox_spec *spec);

#endif
