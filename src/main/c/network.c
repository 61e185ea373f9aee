#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "clock.h"
#include "kernel.h"
#include "oom.h"
#include "sealed.h"

#define START_TIMEOUT_MS 10000
#define END_TIMEOUT_MS 5000
#define RESTART_US 1000000u
#define USER_FD 3
#define NET_FD 4
#define READY_FD 5
#define MTU "65520"
/* Each connection that it carries is one, and a port of the host. */
#define DESCRIPTORS_MAX 1024u

/* What a tool finds open besides 0 to 2; -1: nothing. */
struct tool {
    char *const *arguments;
    int input, user, net, ready;
    int cgroup; /* -1: the keeper's own */
    bool inside; /* joins the namespaces itself, with all rights in them */
};

static int keep(int from, int to)
{
    return from < 0 ? 0 : dup2(from, to);
}

/* The carrier's own sandbox unmounts what it does not need: none of the host's mounts may hear of that. */
static int part_from_mounts(const struct sandbox *sandbox)
{
    if (sandbox->spec->uid_count == 0)
        return 0;
    return unshare(CLONE_NEWNS) < 0 ? -1 : mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static _Noreturn void run_tool(const struct sandbox *sandbox, const struct tool *tool)
{
    static char *const nothing[] = {NULL};
    child_free_signals();
    if (part_from_mounts(sandbox) < 0)
        _exit(126);
    /* Clear of the places that they are going to have. */
    int user = fcntl(tool->user, F_DUPFD_CLOEXEC, READY_FD + 1), net = fcntl(tool->net, F_DUPFD_CLOEXEC, READY_FD + 1);
    int ready = tool->ready < 0 ? -1 : fcntl(tool->ready, F_DUPFD_CLOEXEC, READY_FD + 1);
    if (user < 0 || net < 0 || dup2(tool->input, 0) < 0 || dup2(sandbox->null, 1) < 0 || dup2(sandbox->null, 2) < 0)
        _exit(126);
    if (keep(user, USER_FD) < 0 || keep(net, NET_FD) < 0 || keep(ready, READY_FD) < 0 ||
        kernel_close_from(READY_FD + 1) < 0)
        _exit(126);
    /* The host's root is nobody inside: only who is root there keeps his rights when he executes (capabilities(7)). */
    if (tool->inside && (setns(USER_FD, CLONE_NEWUSER) < 0 || setns(NET_FD, CLONE_NEWNET) < 0 ||
                         setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
        _exit(126);
    struct rlimit descriptors;
    if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_max > DESCRIPTORS_MAX)
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = DESCRIPTORS_MAX, .rlim_max = DESCRIPTORS_MAX});
    oom_unprotect();
    /* Without whoever sees to it there is no sandbox. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execve(tool->arguments[0], tool->arguments, nothing);
    _exit(127);
}

static pid_t start_tool(const struct sandbox *sandbox, struct tool *tool, int *pidfd, struct failure *failure)
{
    tool->user = sandbox->namespaces[NS_USER];
    tool->net = sandbox->namespaces[NS_NET];
    pid_t pid = kernel_clone(0, tool->cgroup, pidfd);
    if (pid == 0)
        run_tool(sandbox, tool);
    if (pid < 0)
        failed(failure, "start", tool->arguments[0]);
    return pid;
}

static int set_filter(const struct sandbox *sandbox, struct failure *failure)
{
    const struct network_spec *network = &sandbox->spec->network;
    char *const arguments[] = {(char *)(uintptr_t)network->filter_tool, "-f", "-", NULL};
    struct tool tool = {.arguments = arguments, .ready = -1, .cgroup = -1, .inside = true};
    int pidfd;
    tool.input = sealed_file("filter", network->filter, network->filter_length);
    if (tool.input < 0)
        return failed(failure, "hold", "the network's filter");
    pid_t pid = start_tool(sandbox, &tool, &pidfd, failure);
    close(tool.input);
    if (pid < 0)
        return -1;
    if (!child_succeeds(pid, pidfd, START_TIMEOUT_MS))
        return failed_with(failure, "filter the network with", arguments[0], ECONNABORTED);
    return 0;
}

/* A descriptor in its place among the few that an attendant keeps. */
static int place(int *descriptor, int to)
{
    if (*descriptor < 0)
        return 0;
    *descriptor = dup3(*descriptor, to, O_CLOEXEC);
    return *descriptor < 0 ? -1 : 0;
}

/* What the attendant works with; all else that the keeper has open is closed. */
static int take_along(struct sandbox *sandbox, struct tool *tool)
{
    int *const kept[] = {&sandbox->null, &sandbox->namespaces[NS_USER], &sandbox->namespaces[NS_NET], &tool->ready};
    int count = sizeof kept / sizeof *kept;
    for (int i = 0; i < count; i++)
        if (*kept[i] >= 0 && (*kept[i] = fcntl(*kept[i], F_DUPFD_CLOEXEC, USER_FD + count)) < 0)
            return -1;
    for (int i = 0; i < count; i++)
        if (place(kept[i], USER_FD + i) < 0)
            return -1;
    tool->input = sandbox->null;
    return kernel_close_from((unsigned)(USER_FD + count));
}

/* False when the attendant is told to end. */
static bool await_end(pid_t carrier, const sigset_t *signals)
{
    while (sigwaitinfo(signals, NULL) != SIGTERM)
        if (waitpid(carrier, NULL, WNOHANG) != 0)
            return true;
    return false;
}

/* One that ends at once is not started as often as the machine can. False when the attendant is told to end. */
static bool rest(uint64_t since_us)
{
    uint64_t next_us = since_us + RESTART_US, now_us = monotonic_us();
    if (now_us >= next_us)
        return true;
    struct timespec left = {.tv_sec = 0, .tv_nsec = (long)(next_us - now_us) * 1000 - 1};
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    return sigtimedwait(&end, NULL, &left) != SIGTERM;
}

/*
 * Starts the carrier, and another one whenever it ends: it was killed, or the memory ran out that it shares with the
 * sandbox. Only a process of the host can, and the keeper is none any more once it has entered its sandbox.
 */
static _Noreturn void attend(struct sandbox *sandbox, struct tool *tool, char *arguments[], pid_t keeper)
{
    struct failure ignored;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    if (getppid() != keeper || take_along(sandbox, tool) < 0)
        _exit(126);
    for (;;) {
        int pidfd = -1;
        uint64_t begun_us = monotonic_us();
        pid_t carrier = start_tool(sandbox, tool, &pidfd, &ignored);
        /* The keeper waits for the first one alone. */
        if (tool->ready >= 0) {
            close(tool->ready);
            tool->ready = -1;
            arguments[1] = arguments[0];
            tool->arguments = arguments + 1;
        }
        bool goes_on = carrier < 0 || await_end(carrier, &signals);
        if (goes_on)
            close(pidfd);
        else
            child_end(carrier, pidfd, 0);
        if (!goes_on || !rest(begun_us))
            _exit(0);
    }
}

static pid_t start_attendant(struct sandbox *sandbox, struct tool *tool, char *arguments[], struct failure *failure)
{
    pid_t keeper = getpid();
    pid_t pid = kernel_clone(0, tool->cgroup, &sandbox->carrier_pidfd);
    if (pid == 0) {
        /* Its children are where it is. */
        tool->cgroup = -1;
        attend(sandbox, tool, arguments, keeper);
    }
    if (pid < 0)
        failed(failure, "start", "who carries the network");
    return pid;
}

static int start_carrier(struct sandbox *sandbox, int ready[2], struct failure *failure)
{
    const struct network_spec *network = &sandbox->spec->network;
    char *arguments[14] = {(char *)(uintptr_t)network->carrier,
                           "--ready-fd=5",
                           "--configure",
                           "--mtu=" MTU,
                           "--disable-host-loopback",
                           "--enable-seccomp",
                           "--userns-path=/proc/self/fd/3",
                           "--netns-type=path",
                           "/proc/self/fd/4",
                           "tap0"};
    unsigned count = 10;
    if (!network->resolves)
        arguments[count++] = "--disable-dns";
    /* Takes the host's files and root's rights away from it; a plain user's has no right to begin with. */
    if (sandbox->spec->uid_count > 0)
        arguments[count++] = "--enable-sandbox";
    struct tool tool = {.arguments = arguments, .input = sandbox->null, .ready = ready[1], .cgroup = -1};
    char byte;
    /*
     * What it takes for the sandbox's packets is the sandbox's. In a group beside those of commands, which are killed.
     */
    if (sandbox->cgroup2 >= 0 && (tool.cgroup = cgroup_leaf_create(sandbox->cgroup2, CGROUP_CARRIER, failure)) < 0) {
        close(ready[1]);
        return -1;
    }
    sandbox->carrier = start_attendant(sandbox, &tool, arguments, failure);
    close(ready[1]);
    if (tool.cgroup >= 0)
        close(tool.cgroup);
    if (sandbox->carrier < 0)
        return -1;
    /* It writes when it is ready; when it ends, so does the pipe. */
    struct pollfd report = {.fd = ready[0], .events = POLLIN};
    if (poll(&report, 1, START_TIMEOUT_MS) == 1 && read(ready[0], &byte, 1) == 1)
        return 0;
    network_end(sandbox);
    return failed_with(failure, "carry the network with", network->carrier, ECONNABORTED);
}

int network_start(struct sandbox *sandbox, struct failure *failure)
{
    int ready[2];
    if (!sandbox->spec->network.carrier[0])
        return 0;
    if (set_filter(sandbox, failure) < 0)
        return -1;
    if (pipe2(ready, O_CLOEXEC) < 0)
        return failed(failure, "make", "a pipe");
    int result = start_carrier(sandbox, ready, failure);
    close(ready[0]);
    return result;
}

void network_end(struct sandbox *sandbox)
{
    if (sandbox->carrier <= 0)
        return;
    /* It takes the program along; killed, it would leave that to die a moment later. */
    kernel_pidfd_send_signal(sandbox->carrier_pidfd, SIGTERM);
    child_end(sandbox->carrier, sandbox->carrier_pidfd, END_TIMEOUT_MS);
    sandbox->carrier = 0;
}
