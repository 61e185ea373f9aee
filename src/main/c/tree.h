/* Killing a process tree where there is no cgroup to kill it by: the command is a subreaper, so all stay its descendants. */
#ifndef SANDLOT_TREE_H
#define SANDLOT_TREE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * One pass: stops all that descends from `root` until none is new, kills them, and at last `root` itself. True when
 * nothing of it lives any more; else call again, a little later. `root` must be an unreaped child.
 */
bool tree_kill(pid_t root);

#endif
