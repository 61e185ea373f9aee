#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bounds.h"
#include "child.h"
#include "idmap.h"
#include "init.h"
#include "kernel.h"
#include "network.h"
#include "passing.h"
#include "rootfs.h"
#include "setting.h"

#define START_TIMEOUT_MS 10000
#define END_TIMEOUT_MS 10000
#define PURGE_TIMEOUT_MS 20
#define PF_EXITING 0x4ul
#define PLACES (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNS)

static const char *const names[NS_COUNT] = {"user", "net", "ipc", "uts", "cgroup", "mnt", "pid"};

static int idmapped_sources(const struct sandbox_spec *spec, pid_t pid, struct sources *sources,
                            struct failure *failure)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    int userns = open(path, O_RDONLY | O_CLOEXEC);
    if (userns < 0)
        return failed(failure, "open", "the user namespace");
    int result = rootfs_sources(spec, userns, sources, failure);
    close(userns);
    return result;
}

static void close_sources(struct sources *sources)
{
    for (unsigned i = 0; i < sources->count; i++)
        if (sources->fds[i] >= 0)
            close(sources->fds[i]);
}

/* Only the host's root may id-map a mount; a plain user's PID 1 opens the sources itself. */
static int hand_over_sources(const struct sandbox_spec *spec, struct sandbox *sandbox, int link,
                             struct failure *failure)
{
    struct sources sources = {.count = 0};
    if (spec->uid_count > 0 && idmapped_sources(spec, sandbox->init, &sources, failure) < 0)
        return -1;
    sandbox->idmapped = sources.idmapped;
    int result = passing_send_sources(link, &sources, failure);
    close_sources(&sources);
    return result;
}

static int await_init(struct sandbox *sandbox, int link, struct failure *failure)
{
    struct pollfd poll_link = {.fd = link, .events = POLLIN};
    int ready = poll(&poll_link, 1, START_TIMEOUT_MS);
    if (ready <= 0)
        return failed_with(failure, "wait for", "the sandbox's PID 1", ETIMEDOUT);
    return passing_receive_namespaces(link, sandbox->namespaces, failure);
}

/* Children of a keeper are born into the sandbox's pid namespace from here on; the keeper stays outside of it. */
static int enter(struct sandbox *sandbox, struct failure *failure)
{
    /* From now on nobody inside may look at the keeper, or at its children before they execute (proc(5), ptrace(2)). */
    if (prctl(PR_SET_DUMPABLE, 0) < 0)
        return failed(failure, "hide", "the keeper");
    if (sandbox->spec->uid_count == 0) {
        if (setns(sandbox->namespaces[NS_USER], CLONE_NEWUSER) < 0)
            return failed(failure, "join", "the user namespace");
        sandbox->in_user_namespace = true;
    }
    if (setns(sandbox->namespaces[NS_PID], CLONE_NEWPID) < 0)
        return failed(failure, "join", "the pid namespace");
    return 0;
}

/*
 * What the kernel counts by user (inotify instances, pending signals, message queues: namespaces(7), getrlimit(2)) it
 * counts in a user namespace and once more for whoever made that. Were that the host's root for all sandboxes, one
 * would have all of it; so it is made as the first user of its own range. Who looks at it then needs more than to be
 * its maker.
 */
static pid_t clone_owned(uid_t owner, uint64_t flags, int cgroup, int *pidfd)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    if (owner == 0 || syscall(SYS_capget, &header, data) < 0 || !(data[0].effective & (1u << CAP_SYS_PTRACE)))
        return kernel_clone(flags, cgroup, pidfd);
    if (seteuid(owner) < 0)
        return -1;
    /* The capabilities that were in effect are so no more with another user, but still permitted (capabilities(7)). */
    pid_t pid = syscall(SYS_capset, &header, data) < 0 ? -1 : kernel_clone(flags, cgroup, pidfd);
    if (pid != 0 && seteuid(0) < 0)
        return -1;
    return pid;
}

static pid_t clone_init(const struct sandbox_spec *spec, bool users, int cgroup, int *pidfd, struct failure *failure)
{
    uint64_t flags = PLACES | CLONE_NEWPID | (users ? CLONE_NEWUSER : 0);
    pid_t pid = clone_owned(users && spec->uid_count > 0 ? spec->uid_base : 0, flags, cgroup, pidfd);
    if (pid < 0)
        failed(failure, "make", "the namespaces");
    return pid;
}

int sandbox_end(struct sandbox *sandbox, struct failure *failure)
{
    network_end(sandbox);
    kernel_pidfd_send_signal(sandbox->init_pidfd, SIGKILL);
    /* PID 1 is gone only after all of its namespace is reaped, and commands are the keeper's own children. */
    for (int waited_ms = 0; !child_ends(sandbox->init_pidfd, 1); waited_ms++) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        if (waited_ms > END_TIMEOUT_MS)
            return failed_with(failure, "end", "the sandbox's PID 1", ETIMEDOUT);
    }
    waitpid(sandbox->init, NULL, WNOHANG);
    close(sandbox->init_pidfd);
    return 0;
}

static void bound_ipc(const struct sandbox *sandbox)
{
    struct utsname kernel;
    int pidfd;
    if (sandbox->spec->uid_count == 0 || uname(&kernel) < 0 || bounds_ipc_from_inside(kernel.release))
        return;
    pid_t child = kernel_clone(0, -1, &pidfd);
    if (child == 0) {
        if (setns(sandbox->namespaces[NS_IPC], CLONE_NEWIPC) == 0)
            bounds_set_ipc(sandbox->spec);
        _exit(0);
    }
    if (child > 0)
        child_end(child, pidfd, START_TIMEOUT_MS);
}

static int start_init(struct sandbox *sandbox, bool users, struct failure *failure)
{
    int link[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link) < 0)
        return failed(failure, "make", "a socket pair");
    sandbox->init = clone_init(sandbox->spec, users, sandbox->cgroup2, &sandbox->init_pidfd, failure);
    if (sandbox->init == 0)
        init_run(sandbox->spec, link[1]);
    close(link[1]);
    if (sandbox->init < 0) {
        close(link[0]);
        return -1;
    }
    int result = -1;
    if ((!users || idmap_set(sandbox->spec, sandbox->init, failure) == 0) &&
        hand_over_sources(sandbox->spec, sandbox, link[0], failure) == 0)
        result = await_init(sandbox, link[0], failure);
    close(link[0]);
    if (result == 0)
        bound_ipc(sandbox);
    if (result < 0) {
        struct failure ignored;
        sandbox_end(sandbox, &ignored);
    }
    return result;
}

int sandbox_start(struct sandbox *sandbox, struct failure *failure)
{
    if (start_init(sandbox, true, failure) < 0)
        return -1;
    if (network_start(sandbox, failure) == 0 && enter(sandbox, failure) == 0)
        return 0;
    struct failure ignored;
    sandbox_end(sandbox, &ignored);
    return -1;
}

int sandbox_stage(struct sandbox *sandbox, struct failure *failure)
{
    return start_init(sandbox, sandbox->spec->uid_count > 0, failure);
}

bool sandbox_dying(const struct sandbox *sandbox)
{
    if (sandbox->inside)
        return false;
    /* Field 9 of proc_pid_stat(5): the kernel's flags, of which PF_EXITING is set from the first step of an exit on. */
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", sandbox->init);
    setting_read(AT_FDCWD, path, text, sizeof text);
    const char *bracket = strrchr(text, ')');
    unsigned long flags;
    if (!bracket || sscanf(bracket + 1, " %*c %*d %*d %*d %*d %*d %lu", &flags) != 1)
        return true;
    return flags & PF_EXITING;
}

int sandbox_join_network(const struct sandbox *sandbox, struct failure *failure)
{
    return setns(sandbox->namespaces[NS_NET], CLONE_NEWNET) < 0 ? failed(failure, "join the namespace", names[NS_NET])
                                                                : 0;
}

static int join(const struct sandbox *sandbox, int flags, enum namespace first, enum namespace behind,
                struct failure *failure)
{
    if (sandbox->inside)
        return 0;
    /*
     * All at once, where the kernel (5.8) and the keeper's rights allow it: each setns(2) builds a new set of
     * namespaces.
     */
    if (!sandbox->in_user_namespace && setns(sandbox->init_pidfd, flags) == 0)
        return 0;
    /* A plain user's keeper has joined the users itself. */
    for (unsigned i = sandbox->in_user_namespace && first == NS_USER ? NS_NET : first; i < behind; i++)
        if (setns(sandbox->namespaces[i], 0) < 0)
            return failed(failure, "join the namespace", names[i]);
    return 0;
}

int sandbox_join(const struct sandbox *sandbox, struct failure *failure)
{
    return join(sandbox, PLACES | CLONE_NEWUSER, NS_USER, NS_PID, failure);
}

int sandbox_join_places(const struct sandbox *sandbox, struct failure *failure)
{
    return join(sandbox, PLACES, NS_NET, NS_PID, failure);
}

int sandbox_join_users(const struct sandbox *sandbox, struct failure *failure)
{
    return join(sandbox, CLONE_NEWUSER, NS_USER, NS_NET, failure);
}

static bool kill_all(void)
{
    return kill(-1, SIGKILL) < 0 && errno == ESRCH;
}

bool sandbox_purge(const struct sandbox *sandbox)
{
    int pidfd;
    if (sandbox->inside)
        return kill_all();
    /* kill(2) spares the first process of the caller's pid namespace and the caller: who calls must be in there. */
    pid_t killer = kernel_clone(0, -1, &pidfd);
    if (killer == 0)
        _exit(kill_all() ? 0 : 1);
    /* Where it can be signalled by whom it kills it may be late: then the next one is not. */
    return killer > 0 && child_succeeds(killer, pidfd, PURGE_TIMEOUT_MS);
}
