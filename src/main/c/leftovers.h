/*
 * The pipes of background processes that outlive their command: read and forgotten, for a process that prints into a
 * pipe without a reader is killed by SIGPIPE (pipe(7)).
 */
#ifndef SANDLOT_LEFTOVERS_H
#define SANDLOT_LEFTOVERS_H

#include <poll.h>
#include <stdint.h>

#define LEFTOVERS_MAX 64

struct leftovers {
    int pipes[LEFTOVERS_MAX];
    unsigned count;
    uint64_t pause_until_us; /* a process that floods its pipe must not keep the keeper busy */
};

/* Takes a non-blocking reading end; closes it at once when nobody can write to it any more. The oldest one makes room. */
void leftovers_add(struct leftovers *leftovers, int pipe);

/* Adds those that are to be looked at now; returns how many. */
nfds_t leftovers_polls(const struct leftovers *leftovers, uint64_t now_us, struct pollfd *polls);

/* Empties what has something. */
void leftovers_drain(struct leftovers *leftovers, uint64_t now_us);

void leftovers_close(struct leftovers *leftovers);

#endif
