#include "steering.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* A pipe holds a MiB at most (pipe(7)); who goes on to write into it does so on the sandbox's account. */
#define DROPS_MAX 16u

/* A description of its own: what it is told of waiting is not told to the sandbox. */
static int open_other_end(int input)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", input);
    return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

void steering_end_input(struct execution *execution)
{
    if (execution->process.input < 0)
        return;
    execution->unread = open_other_end(execution->process.input);
    close(execution->process.input);
    execution->process.input = -1;
}

void steering_drop_input(struct execution *execution)
{
    static char nowhere[PIPE_BUF * 16];
    steering_end_input(execution);
    if (execution->unread < 0)
        return;
    for (unsigned i = 0; i < DROPS_MAX && read(execution->unread, nowhere, sizeof nowhere) > 0; i++)
        ;
    close(execution->unread);
    execution->unread = -1;
}

int steering_input(struct execution *execution, const struct input_spec *spec, size_t *taken, struct failure *failure)
{
    *taken = 0;
    if (execution->state != EXECUTION_RUNNING || execution->process.input < 0)
        return failed_with(failure, "write to", "the standard input", EPIPE);
    while (*taken < spec->length) {
        ssize_t length = write(execution->process.input, spec->bytes + *taken, spec->length - *taken);
        if (length < 0 && errno == EAGAIN)
            return 0;
        if (length < 0)
            return failed(failure, "write to", "the standard input");
        *taken += (size_t)length;
    }
    if (spec->end)
        steering_end_input(execution);
    return 0;
}

int steering_signal(const struct execution *execution, int number, struct failure *failure)
{
    if (execution->state != EXECUTION_RUNNING || execution->told || execution->reaped)
        return failed_with(failure, "signal", "the command", ESRCH);
    if (execution->process.told >= 0)
        return failed_with(failure, "signal", "a command without a control group", ENOSYS);
    /* Before it has become a group's first process there is nobody but itself. */
    if (kill(-execution->process.pid, number) < 0 && kill(execution->process.pid, number) < 0)
        return failed(failure, "signal", "the command");
    return 0;
}
