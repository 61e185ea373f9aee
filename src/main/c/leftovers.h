/*
 * The pipes of background processes that outlive their command: read and forgotten, for a process that prints into a
 * pipe without a reader is killed by SIGPIPE (pipe(7)). None is closed that somebody can still write to, so where there
 * is no room for more, no command is started that might leave one.
 */
#ifndef SANDLOT_LEFTOVERS_H
#define SANDLOT_LEFTOVERS_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "failure.h"

struct leftovers {
    int all; /* epoll(7): idle ones cost nothing */
    unsigned count, most;
    uint64_t pause_until_us; /* a process that floods its pipe must not keep the keeper busy */
};

/*
 * For so many background processes as there may be processes at all (0: nobody knows), as each can have the pipes of
 * one command; `others` is how many descriptors the keeper needs beside them.
 */
int leftovers_open(struct leftovers *leftovers, unsigned processes, unsigned others, struct failure *failure);

/* Takes a non-blocking reading end; closes it at once when nobody can write to it any more. */
void leftovers_add(struct leftovers *leftovers, int pipe);

/* Whether one more command may leave its pipes. */
bool leftovers_have_room(const struct leftovers *leftovers);

/* Adds what is to be looked at now; returns how many. */
nfds_t leftovers_polls(const struct leftovers *leftovers, uint64_t now_us, struct pollfd *polls);

/* When there is more to do though nothing is to be looked at, or NEVER. */
uint64_t leftovers_deadline(const struct leftovers *leftovers, uint64_t now_us);

/* Empties what has something. */
void leftovers_drain(struct leftovers *leftovers, uint64_t now_us);

/* The pipes themselves end with the keeper. */
void leftovers_close(struct leftovers *leftovers);

#endif
