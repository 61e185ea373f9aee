#include "leftovers.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_US 10000u

/* False when nobody can write to it any more. */
static bool drain(int pipe, bool *found)
{
    static char nowhere[65536];
    ssize_t length = read(pipe, nowhere, sizeof nowhere);
    *found |= length > 0;
    return length > 0 || (length < 0 && errno == EAGAIN);
}

static void remove_at(struct leftovers *leftovers, unsigned index)
{
    close(leftovers->pipes[index]);
    leftovers->count--;
    memmove(leftovers->pipes + index, leftovers->pipes + index + 1, (leftovers->count - index) * sizeof leftovers->pipes[0]);
}

void leftovers_add(struct leftovers *leftovers, int pipe)
{
    bool found = false;
    if (!drain(pipe, &found)) {
        close(pipe);
        return;
    }
    if (leftovers->count == LEFTOVERS_MAX)
        remove_at(leftovers, 0);
    leftovers->pipes[leftovers->count++] = pipe;
}

nfds_t leftovers_polls(const struct leftovers *leftovers, uint64_t now_us, struct pollfd *polls)
{
    if (now_us < leftovers->pause_until_us)
        return 0;
    for (unsigned i = 0; i < leftovers->count; i++)
        polls[i] = (struct pollfd){.fd = leftovers->pipes[i], .events = POLLIN};
    return leftovers->count;
}

void leftovers_drain(struct leftovers *leftovers, uint64_t now_us)
{
    bool found = false;
    if (now_us < leftovers->pause_until_us)
        return;
    for (unsigned i = leftovers->count; i-- > 0;)
        if (!drain(leftovers->pipes[i], &found))
            remove_at(leftovers, i);
    if (found)
        leftovers->pause_until_us = now_us + PAUSE_US;
}

void leftovers_close(struct leftovers *leftovers)
{
    while (leftovers->count > 0)
        remove_at(leftovers, leftovers->count - 1);
}
