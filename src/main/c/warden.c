#include "warden.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "joining.h"
#include "kernel.h"
#include "sealed.h"

#define NOT_STARTED (127 << 8)

static uint64_t microseconds(const struct timeval *time)
{
    return (uint64_t)time->tv_sec * 1000000 + (uint64_t)time->tv_usec;
}

void last_words_set(struct last_words *words, int status, const struct rusage *usage)
{
    words->status = status;
    words->cpu_us = microseconds(&usage->ru_utime) + microseconds(&usage->ru_stime);
    words->peak_bytes = (uint64_t)usage->ru_maxrss * 1024;
}

void warden_begin(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Of what the keeper has open it keeps its way to tell, and nothing else. */
static void forget_descriptors(int told)
{
    if (told != 0 && dup2(told, 0) < 0)
        _exit(127);
    kernel_close_from(1);
}

_Noreturn void warden_run(pid_t command, int told, const struct exec_spec *spec)
{
    struct last_words words = {.status = NOT_STARTED};
    struct rusage usage;
    sigset_t all;
    int status;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    forget_descriptors(told);
    if (command < 0)
        write_all(0, &words, sizeof words);
    /* Without a child there is nobody left of whom one could come. */
    for (pid_t pid = wait4(-1, &status, __WALL, &usage); pid > 0; pid = wait4(-1, &status, __WALL, &usage)) {
        if (pid != command)
            continue;
        if (WIFSTOPPED(status)) {
            joining_attend(command, status, spec);
            continue;
        }
        last_words_set(&words, status, &usage);
        write_all(0, &words, sizeof words);
    }
    for (;;)
        pause();
}
