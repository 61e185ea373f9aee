#include "child.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"

void child_free_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

bool child_ends(int pidfd, int timeout_ms)
{
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    return poll(&end, 1, timeout_ms) == 1;
}

int child_end(pid_t pid, int pidfd, int timeout_ms)
{
    int status = -1;
    if (!child_ends(pidfd, timeout_ms))
        kernel_pidfd_send_signal(pidfd, SIGKILL);
    waitpid(pid, &status, 0);
    close(pidfd);
    return status;
}

bool child_succeeds(pid_t pid, int pidfd, int timeout_ms)
{
    int status = child_end(pid, pidfd, timeout_ms);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
