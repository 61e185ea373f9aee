/* Children that the keeper starts beside its commands, and how long it waits for them. */
#ifndef SANDLOT_CHILD_H
#define SANDLOT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* In a child that is about to execute a program: no signal is held back from that. */
void child_free_signals(void);

/* Whether it ends within that time. It is still to be waited for. */
bool child_ends(int pidfd, int timeout_ms);

/*
 * Kills it if it does not end within that time. It is no child any more then, and `pidfd` is closed; its status as of
 * wait(2).
 */
int child_end(pid_t pid, int pidfd, int timeout_ms);

/* The same, and whether it has ended by itself and said that all is well. */
bool child_succeeds(pid_t pid, int pidfd, int timeout_ms);

#endif
