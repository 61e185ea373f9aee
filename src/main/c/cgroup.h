/*
 * Control groups. Version 2: a folder for the sandbox with one child for each execution, which is where trees are
 * killed (`cgroup.kill`) and CPU time is read, controllers or none. Version 1: the keeper lives in the sandbox's
 * folders, so that all its children are born there; moving each would cost milliseconds.
 */
#ifndef SANDLOT_CGROUP_H
#define SANDLOT_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "spec.h"

/*
 * Makes folders of version 1 and joins them, with no limits yet: to join takes the kernel milliseconds, in which it
 * waits for all processors, and to rename a folder takes it none.
 */
int cgroup_prepare(const struct prepared *prepared, struct failure *failure);

/* Leaves and removes what of that is not a sandbox's. */
void cgroup_unprepare(const struct prepared *prepared);

/*
 * Makes the sandbox's folders, of what is prepared and anew, sets the limits and joins version 1's. Returns the v2
 * folder's descriptor in `cgroup2`, or -1.
 */
int cgroup_create(const struct sandbox_spec *spec, int *cgroup2, struct failure *failure);

/* Removes what cgroup_create made, once nothing runs in it any more; leaves version 1's folders first. */
void cgroup_remove(const struct sandbox_spec *spec, int cgroup2);

/*
 * A child folder for one execution, or for who else works for the sandbox (a name that is no id); its descriptor, or
 * -1.
 */
int cgroup_leaf_create(int cgroup2, const char *name, struct failure *failure);

/* The folder of the carrier of the sandbox's packets: it is there for as long as the sandbox. */
#define CGROUP_CARRIER "_carrier"

/* Kills all in it. Not waited for: see cgroup_populated. */
void cgroup_kill(int cgroup);

bool cgroup_populated(int cgroup);

/* Kills all in it, again and again, until nothing is left or that time is over. */
void cgroup_empty(int cgroup, unsigned timeout_ms);

/*
 * Before a command starts: where next to all processes are taken that the sandbox may have, the execution that has the
 * most of them is killed, whether its command has ended or not. How many other processes there were, or
 * PROCESSES_UNKNOWN.
 */
uint64_t cgroup_make_room(const struct sandbox_spec *spec, int cgroup2);

/* CPU time of all that ever ran in it, microseconds; 0 when unknown. */
uint64_t cgroup_cpu_us(int cgroup);

/* How often the kernel killed a process of this sandbox for want of memory. */
uint64_t cgroup_oom_kills(const struct sandbox_spec *spec, int cgroup2);

/* Removes the folders of executions that nothing lives in any more; true when some are left. */
bool cgroup_sweep(int cgroup2);

#endif
