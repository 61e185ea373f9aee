/* Time that only goes on, in microseconds (CLOCK_MONOTONIC, clock_gettime(2)). */
#ifndef SANDLOT_CLOCK_H
#define SANDLOT_CLOCK_H

#include <poll.h>
#include <stdint.h>

/* A time that does not come. */
#define NEVER UINT64_MAX

uint64_t monotonic_us(void);

/* The one that comes first. */
uint64_t earlier(uint64_t one_us, uint64_t other_us);

/* poll(2), until that time and to the microsecond. */
int poll_until(struct pollfd *polls, nfds_t count, uint64_t due_us);

#endif
