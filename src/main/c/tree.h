/* Killing a process tree where there is no cgroup to kill it by. */
#ifndef SANDLOT_TREE_H
#define SANDLOT_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * One pass: stops all that descends from `warden` until none is new, and kills them. True when nothing of it lives any
 * more; else call again, a little later. `warden` must be an unreaped child; it is left alone.
 */
bool tree_kill_below(pid_t warden);

/* The same of a command that has no warden, and at last itself. */
bool tree_kill(pid_t root);

/* What a tree does at a moment. */
struct tree_look {
    bool works; /* one of its threads runs, or is about to: it waits for no event but the processor or a disk */
    uint64_t cpu_us; /* time that all have had, of those that live */
};

/* That of all below `root`, an unreaped child; -1: of what has lost its parent, as tree_claim_orphans has it. */
struct tree_look tree_look(pid_t root);

/* The same of one thread. */
bool tree_thread_works(pid_t process, pid_t thread);

/* The process of a command, or another child of the keeper's, from its start to its end. */
void tree_began(pid_t pid);
void tree_ended(pid_t pid);

/*
 * For the first process of a pid namespace whose kernel has no child subreapers: orphans become its own. From now on
 * they belong to each tree that is killed, whichever command they came from; those of running commands are left alone.
 */
void tree_claim_orphans(void);

/* Whether a warden is any use. */
bool tree_has_subreapers(void);

#endif
