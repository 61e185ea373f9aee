/* What the kernel says of the members of control groups, as text: looked at, and nothing else touched. */
#ifndef SANDLOT_MEMBERSHIP_H
#define SANDLOT_MEMBERSHIP_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The first process that is left of a cgroup.procs file (cgroups(7)), and past it; 0: there is none, or no more than
 * its beginning.
 */
pid_t membership_next(const char **rest);

/*
 * Whether the process whose proc_pid_cgroup(5) that is lives in this folder of the version 2 hierarchy: by its last two
 * names.
 */
bool membership_is_in(const char *memberships, const char *folder);

#endif
