#include "inside.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frame.h"
#include "rootfs.h"
#include "server.h"
#include "tree.h"
#include "trunk.h"

#define DESCRIPTORS_MAX 2048u

struct inside {
    struct trunk trunk;
    int children; /* tells that one has ended (signalfd(2)) */
    struct server *server;
    struct pollfd *poll;
};

_Static_assert(1 + TRUNK_POLLS_MAX <= ENTRANCE_POLLS_MAX, "all that it looks at has places");

static void report(struct inside *inside, const uint8_t *frame, size_t length)
{
    trunk_send(&inside->trunk, TRUNK_REPORT, 0, frame, (uint32_t)length);
    trunk_flush(&inside->trunk);
}

static void report_ready(struct inside *inside)
{
    uint8_t frame[FRAME_HEADER];
    report(inside, frame, bare_frame(frame, FRAME_READY));
}

/* A channel that the gate has opened is a connection like any other. */
static void open_channel(struct inside *inside, uint32_t id)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0) {
        trunk_send(&inside->trunk, TRUNK_RESET, id, NULL, 0);
        return;
    }
    if (!trunk_add(&inside->trunk, ends[1], id)) {
        trunk_send(&inside->trunk, TRUNK_RESET, id, NULL, 0);
        close(ends[1]);
    }
    /* Where there is no place the channel is at its end at once. */
    if (!server_adopt(inside->server, ends[0], id))
        close(ends[0]);
}

static void on_frame(void *owner, enum trunk_type type, uint32_t id, const uint8_t *bytes, uint32_t length)
{
    struct inside *inside = owner;
    (void)bytes;
    (void)length;
    if (type == TRUNK_OPEN)
        open_channel(inside, id);
    else if (type == TRUNK_LEFT)
        server_leave(inside->server, id);
}

/*
 * As many as its places take, and no more: a command closes all that there may be, one by one where the kernel is old.
 */
static int limit_descriptors(struct failure *failure)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return failed(failure, "read", "the limit of descriptors");
    if (limit.rlim_cur > DESCRIPTORS_MAX)
        limit.rlim_cur = DESCRIPTORS_MAX;
    return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? failed(failure, "set", "the limit of descriptors") : 0;
}

static int open_children(struct inside *inside, struct failure *failure)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    signal(SIGPIPE, SIG_IGN);
    inside->children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    return inside->children < 0 ? failed(failure, "watch", "the sandbox's processes") : 0;
}

/*
 * Whether the orphans of a command stay its own while it lives (PR_SET_CHILD_SUBREAPER(2const)): gVisor may not know.
 */
static bool has_subreapers(void)
{
    int status = -1;
    pid_t reaper = fork();
    if (reaper == 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        pid_t parent = fork();
        if (parent == 0) {
            pid_t self = getpid();
            if (fork() == 0)
                while (getppid() == self)
                    sched_yield();
            _exit(0);
        }
        waitpid(parent, NULL, 0);
        _exit(waitpid(-1, NULL, 0) > 0 ? 0 : 1);
    }
    return reaper > 0 && waitpid(reaper, &status, 0) == reaper && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Commands' standard input and output are their own, not the trunk's. */
static int open_trunk(struct inside *inside, struct sandbox *sandbox, struct failure *failure)
{
    int in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    sandbox->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (in < 0 || out < 0 || sandbox->null < 0)
        return failed(failure, "open", "the way out of the container");
    for (int fd = 0; fd < 3; fd++)
        dup2(sandbox->null, fd);
    return trunk_open(&inside->trunk, in, out) < 0 ? failed(failure, "find room for", "the trunk") : 0;
}

static nfds_t add_polls(void *owner, struct pollfd *polls)
{
    struct inside *inside = owner;
    inside->poll = polls;
    polls[0] = (struct pollfd){.fd = inside->children, .events = POLLIN};
    return 1 + trunk_polls(&inside->trunk, polls + 1);
}

/* The first process of a pid namespace is parent to all whose own parent has ended (pid_namespaces(7)). */
static void reap_all(struct inside *inside)
{
    struct signalfd_siginfo told;
    struct rusage usage;
    int status;
    while (read(inside->children, &told, sizeof told) > 0)
        ;
    for (pid_t pid = wait4(-1, &status, WNOHANG, &usage); pid > 0; pid = wait4(-1, &status, WNOHANG, &usage))
        server_reaped(inside->server, pid, status, &usage);
}

static void extend(void *owner, uint32_t seconds)
{
    struct inside *inside = owner;
    uint8_t bytes[4];
    write_u32(bytes, seconds);
    trunk_send(&inside->trunk, TRUNK_EXTEND, 0, bytes, sizeof bytes);
    trunk_flush(&inside->trunk);
}

static void serve(void *owner)
{
    struct inside *inside = owner;
    if (inside->poll->revents)
        reap_all(inside);
    trunk_serve(&inside->trunk);
    if (inside->trunk.over)
        server_stop(inside->server);
}

_Noreturn void inside_run(const struct sandbox_spec *spec)
{
    static struct inside inside;
    static struct sandbox sandbox;
    const struct entrance entrance = {.owner = &inside, .polls = add_polls, .serve = serve, .extend = extend};
    struct failure failure = {0};
    sandbox = (struct sandbox){.spec = spec, .cgroup2 = -1, .init_pidfd = -1, .inside = true};
    if (open_trunk(&inside, &sandbox, &failure) < 0)
        exit(1);
    inside.trunk.owner = &inside;
    inside.trunk.on_frame = on_frame;
    /* Nobody inside may look at the keeper, or at its children before they execute (proc(5), ptrace(2)). */
    prctl(PR_SET_DUMPABLE, 0);
    umask(022);
    unlink(STAGE_MARK);
    if (!has_subreapers())
        tree_claim_orphans();
    if (limit_descriptors(&failure) == 0 && open_children(&inside, &failure) == 0 &&
        rootfs_make_workplace(spec, &failure) == 0)
        inside.server = server_open_inside(&sandbox, &entrance, &failure);
    if (!inside.server) {
        uint8_t frame[ENDING_SIZE];
        report(&inside, frame, failed_frame(frame, sizeof frame, &failure, KIND_NOT_STARTED));
        exit(1);
    }
    report_ready(&inside);
    server_run(inside.server);
    uint32_t asking = server_close_inside(inside.server);
    trunk_serve(&inside.trunk);
    trunk_send(&inside.trunk, TRUNK_DYING, asking, NULL, 0);
    trunk_flush(&inside.trunk);
    exit(0);
}
