#include "leftovers.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "spec.h"

#define PAUSE_US 10000u
#define AT_ONCE 64
#define LEAST 64u

/* As many as are wanted, or as the keeper may have descriptors for. */
static unsigned room_for(rlim_t wanted, rlim_t others)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return LEAST;
    if (limit.rlim_cur < wanted + others) {
        limit.rlim_cur = wanted + others < limit.rlim_max ? wanted + others : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    rlim_t left = limit.rlim_cur > others + LEAST ? limit.rlim_cur - others : LEAST;
    return (unsigned)(left < wanted ? left : wanted);
}

int leftovers_open(struct leftovers *leftovers, unsigned processes, unsigned others, struct failure *failure)
{
    rlim_t wanted = processes > 0 ? (rlim_t)processes * STREAMS : LEAST;
    *leftovers = (struct leftovers){.all = epoll_create1(EPOLL_CLOEXEC), .most = room_for(wanted, others)};
    return leftovers->all < 0 ? failed(failure, "watch", "the pipes of background processes") : 0;
}

/* False when nobody can write to it any more. */
static bool drain(int pipe, bool *found)
{
    static char nowhere[65536];
    ssize_t length = read(pipe, nowhere, sizeof nowhere);
    *found |= length > 0;
    return length > 0 || (length < 0 && errno == EAGAIN);
}

void leftovers_add(struct leftovers *leftovers, int pipe)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = pipe};
    bool found = false;
    if (!drain(pipe, &found)) {
        close(pipe);
        return;
    }
    leftovers->count++;
    /* Where the kernel watches no more of them it stays open unread: who fills it waits, and is not killed. */
    epoll_ctl(leftovers->all, EPOLL_CTL_ADD, pipe, &event);
}

bool leftovers_have_room(const struct leftovers *leftovers)
{
    return leftovers->count + STREAMS <= leftovers->most;
}

nfds_t leftovers_polls(const struct leftovers *leftovers, uint64_t now_us, struct pollfd *polls)
{
    if (leftovers->count == 0 || now_us < leftovers->pause_until_us)
        return 0;
    polls[0] = (struct pollfd){.fd = leftovers->all, .events = POLLIN};
    return 1;
}

uint64_t leftovers_deadline(const struct leftovers *leftovers, uint64_t now_us)
{
    return leftovers->count > 0 && now_us < leftovers->pause_until_us ? leftovers->pause_until_us : NEVER;
}

/* A child that is about to be a command has a copy for a moment, which would keep it watched (epoll(7)). */
static void remove_one(struct leftovers *leftovers, int pipe)
{
    epoll_ctl(leftovers->all, EPOLL_CTL_DEL, pipe, NULL);
    close(pipe);
    leftovers->count--;
}

void leftovers_drain(struct leftovers *leftovers, uint64_t now_us)
{
    struct epoll_event events[AT_ONCE];
    bool found = false;
    if (leftovers->count == 0 || now_us < leftovers->pause_until_us)
        return;
    int count = epoll_wait(leftovers->all, events, AT_ONCE, 0);
    for (int i = 0; i < count; i++)
        if (!drain(events[i].data.fd, &found))
            remove_one(leftovers, events[i].data.fd);
    if (found)
        leftovers->pause_until_us = now_us + PAUSE_US;
}

void leftovers_close(struct leftovers *leftovers)
{
    close(leftovers->all);
}
