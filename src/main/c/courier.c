#include "courier.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "confine.h"
#include "errands.h"
#include "frame.h"
#include "identity.h"
#include "kernel.h"
#include "oom.h"
#include "tree.h"

#define CLIENT 0

/* Their folder of version 2: it is there for as long as there is one of them. */
#define CGROUP_COURIERS "_couriers"

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

/*
 * The connection is all that it has open: who can look at its descriptors finds no other. They are waited on from here
 * on, unlike in the keeper.
 */
static void keep_client(int client)
{
    int flags = fcntl(client, F_GETFL);
    if (flags < 0 || fcntl(client, F_SETFL, flags & ~O_NONBLOCK) < 0 || dup2(client, CLIENT) < 0)
        _exit(1);
    kernel_close_from(CLIENT + 1);
}

static int become_user(const struct sandbox *sandbox, const char *user, struct failure *failure)
{
    struct identity identity;
    const struct sandbox_spec *spec = sandbox->spec;
    bool groups = !sandbox->in_user_namespace || spec->granted.uid_tool[0];
    if (identity_become_root(groups, failure) < 0 || confine_bounds(spec, failure) < 0 ||
        identity_find(user, sandbox_spec_ids(spec), &identity, failure) < 0 || identity_take(&identity, failure) < 0)
        return -1;
    /* It makes no processes, so it need not count those that there are. */
    return confine_command(spec, 0, failure);
}

static _Noreturn void run(const struct sandbox *sandbox, int client, const char *user)
{
    uint8_t frame[ENDING_SIZE];
    struct failure failure;
    setsid();
    oom_offer();
    child_free_signals();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    umask(0);
    int joined = sandbox_join(sandbox, &failure);
    keep_client(client);
    if (joined < 0 || become_user(sandbox, user, &failure) < 0) {
        ssize_t ignored = write(CLIENT, frame, failed_frame(frame, sizeof frame, &failure, KIND_NOT_STARTED));
        (void)ignored;
        _exit(1);
    }
    if (chdir(sandbox->spec->workdir) < 0 && chdir("/") < 0)
        _exit(1);
    size_t length = bare_frame(frame, FRAME_CONNECTED);
    if (write(CLIENT, frame, length) == (ssize_t)length)
        errands_run(CLIENT);
    _exit(0);
}

/* The folder in which they are killed and counted with the sandbox; -1: this host has none. */
static int open_folder(const struct sandbox *sandbox, struct failure *failure)
{
    mkdirat(sandbox->cgroup2, CGROUP_COURIERS, 0755);
    int folder = openat(sandbox->cgroup2, CGROUP_COURIERS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder < 0 ? failed(failure, "open the cgroup", CGROUP_COURIERS) : folder;
}

static pid_t fork_one(const struct sandbox *sandbox, int client, const char *user, int *pidfd, struct failure *failure)
{
    int folder = -1;
    *pidfd = -1;
    if (sandbox->cgroup2 >= 0 && (folder = open_folder(sandbox, failure)) < 0)
        return -1;
    /* It is one more process of the sandbox: where all are taken it finds its place as a command does. */
    cgroup_make_room(sandbox->spec, sandbox->cgroup2);
    pid_t pid = sandbox->inside ? fork() : kernel_clone(0, folder, pidfd);
    if (pid == 0)
        run(sandbox, client, user);
    if (pid < 0)
        failed(failure, "fork", "a courier");
    close_if(folder);
    return pid;
}

static struct courier *free_place(struct couriers *couriers)
{
    for (unsigned i = 0; i < COURIERS_MAX; i++)
        if (couriers->all[i].pid == 0)
            return &couriers->all[i];
    return NULL;
}

int couriers_start(struct couriers *couriers, const struct sandbox *sandbox, int client, const char *user,
                   struct failure *failure)
{
    struct courier *courier = free_place(couriers);
    if (!courier)
        return failed_with(failure, "find room for", "one more courier", EAGAIN);
    int pidfd;
    pid_t pid = fork_one(sandbox, client, user, &pidfd, failure);
    if (pid < 0)
        return -1;
    *courier = (struct courier){.pid = pid, .pidfd = pidfd};
    /* Where orphans are anybody's it is none. */
    tree_began(pid);
    return 0;
}

nfds_t couriers_polls(struct couriers *couriers, struct pollfd *polls)
{
    nfds_t count = 0;
    for (unsigned i = 0; i < COURIERS_MAX; i++) {
        struct courier *courier = &couriers->all[i];
        courier->poll = NULL;
        if (courier->pid == 0 || courier->pidfd < 0)
            continue;
        courier->poll = &polls[count++];
        *courier->poll = (struct pollfd){.fd = courier->pidfd, .events = POLLIN};
    }
    return count;
}

static void forget(struct courier *courier)
{
    tree_ended(courier->pid);
    close_if(courier->pidfd);
    *courier = (struct courier){.pidfd = -1};
}

void couriers_reap(struct couriers *couriers)
{
    for (unsigned i = 0; i < COURIERS_MAX; i++) {
        struct courier *courier = &couriers->all[i];
        if (courier->poll && courier->poll->revents && waitpid(courier->pid, NULL, WNOHANG) == courier->pid)
            forget(courier);
    }
}

bool couriers_reaped(struct couriers *couriers, pid_t pid)
{
    for (unsigned i = 0; i < COURIERS_MAX; i++) {
        if (couriers->all[i].pid != pid)
            continue;
        forget(&couriers->all[i]);
        return true;
    }
    return false;
}
