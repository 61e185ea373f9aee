#include "clock.h"

#include <stddef.h>
#include <time.h>

uint64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t earlier(uint64_t one_us, uint64_t other_us)
{
    return one_us < other_us ? one_us : other_us;
}

int poll_until(struct pollfd *polls, nfds_t count, uint64_t due_us)
{
    uint64_t now = monotonic_us(), left = due_us > now ? due_us - now : 0;
    struct timespec time = {.tv_sec = (time_t)(left / 1000000), .tv_nsec = (long)(left % 1000000) * 1000};
    return ppoll(polls, count, due_us == NEVER ? NULL : &time, NULL);
}
