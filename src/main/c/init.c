#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bounds.h"
#include "confine.h"
#include "kernel.h"
#include "passing.h"
#include "rootfs.h"
#include "sandbox.h"
#include "setting.h"

static int become_root(const struct sandbox_spec *spec, struct failure *failure)
{
    if ((spec->uid_count > 0 || spec->granted.uid_tool[0]) && setgroups(0, NULL) < 0)
        return failed(failure, "drop", "the groups");
    if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
        return failed(failure, "become", "the sandbox's root");
    return 0;
}

/*
 * The same as the limits of confine.c, for what has no limit of a process: the namespace's own (namespaces(7)). Where
 * the host keeps that to itself nothing else can be done.
 */
static void share_of_user(const struct sandbox_spec *spec)
{
    if (spec->uid_count == 0)
        setting_write(AT_FDCWD, "/proc/sys/user/max_inotify_instances", "32");
}

static int loopback_up(struct failure *failure)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return failed(failure, "open", "a socket");
    request.ifr_flags = IFF_UP;
    int result = ioctl(fd, SIOCSIFFLAGS, &request);
    if (result < 0)
        failed(failure, "raise", "the loopback interface");
    close(fd);
    return result;
}

/* Descriptor 3 is all that PID 1 keeps of what the keeper has open; 0 to 2 lead nowhere. */
static int forget_descriptors(int link)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return -1;
    for (int fd = 0; fd < 3; fd++)
        if (dup2(null, fd) < 0)
            return -1;
    if (link != 3 && dup2(link, 3) < 0)
        return -1;
    return kernel_close_from(4);
}

static int open_namespaces(int *fds, struct failure *failure)
{
    static const char *const paths[NS_COUNT] = {
        [NS_USER] = "/proc/self/ns/user", [NS_NET] = "/proc/self/ns/net",       [NS_IPC] = "/proc/self/ns/ipc",
        [NS_UTS] = "/proc/self/ns/uts",   [NS_CGROUP] = "/proc/self/ns/cgroup", [NS_MNT] = "/proc/self/ns/mnt",
        [NS_PID] = "/proc/self/ns/pid"};
    for (unsigned i = 0; i < NS_COUNT; i++) {
        fds[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
        if (fds[i] < 0)
            return failed(failure, "open", paths[i]);
    }
    return 0;
}

static int build(const struct sandbox_spec *spec, int *namespaces, struct failure *failure)
{
    struct sources sources;
    umask(022);
    if (passing_receive_sources(3, &sources, failure) < 0 || become_root(spec, failure) < 0)
        return -1;
    share_of_user(spec);
    bounds_set_ipc(spec);
    if (spec->runtime.program[0])
        return rootfs_stage(spec, &sources, failure) < 0 ? -1 : open_namespaces(namespaces, failure);
    if (rootfs_enter(spec, &sources, failure) < 0 || loopback_up(failure) < 0)
        return -1;
    if (sethostname(spec->hostname, strlen(spec->hostname)) < 0)
        return failed(failure, "set", "the host name");
    if (open_namespaces(namespaces, failure) < 0)
        return -1;
    return confine_init(failure);
}

static _Noreturn void reap(void)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        sigwaitinfo(&child, NULL);
    }
}

_Noreturn void init_run(const struct sandbox_spec *spec, int link)
{
    struct failure failure = {0};
    int namespaces[NS_COUNT];
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    if (forget_descriptors(link) < 0)
        _exit(1);
    if (build(spec, namespaces, &failure) < 0) {
        passing_send_namespaces(3, NULL, &failure);
        _exit(1);
    }
    /* Without its keeper a sandbox ends. Set last: a change of ids clears it (PR_SET_PDEATHSIG(2const)). */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || passing_send_namespaces(3, namespaces, &failure) < 0)
        _exit(1);
    kernel_close_from(3);
    reap();
}
