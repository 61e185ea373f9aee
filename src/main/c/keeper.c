/*
 * The keeper: makes one sandbox, then runs commands in it for the server until it ends. It reads one CREATE frame from
 * standard input, becomes a daemon of its own, and answers READY or FAILED on standard output. Its socket is the
 * only thing that it listens to; it outlives the server that started it, and the sandbox does not outlive it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "frame.h"
#include "gate.h"
#include "inside.h"
#include "kernel.h"
#include "oom.h"
#include "sandbox.h"
#include "server.h"
#include "spec.h"
#include "starter.h"

/* Room for the longest list of layers and controllers. */
#define CREATE_MAX (256u * 1024)

static uint8_t input[CREATE_MAX];
static struct sandbox_spec spec;

static bool read_fully(uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t part = read(STDIN_FILENO, bytes, length);
        if (part <= 0 && errno != EINTR)
            return false;
        if (part > 0) {
            bytes += part;
            length -= (size_t)part;
        }
    }
    return true;
}

static int read_spec(struct failure *failure)
{
    errno = 0;
    if (!read_fully(input, FRAME_HEADER))
        return failed_with(failure, "read", "standard input", EPROTO);
    uint32_t length = read_u32(input) - 1;
    if (input[4] != FRAME_CREATE || length > CREATE_MAX || !read_fully(input, length))
        return failed_with(failure, "read the sandbox's description", "the frame", EPROTO);
    return sandbox_spec_parse(input, length, &spec, failure);
}

static void report_ready(int fd)
{
    uint8_t frame[FRAME_HEADER];
    starter_tell(fd, frame, bare_frame(frame, FRAME_READY));
}

/* Nothing of the starter's is kept: its descriptors, its terminal, its folder. */
static int leave_starter(int *null, int reports, struct failure *failure)
{
    setsid();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    *null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (*null < 0)
        return failed(failure, "open", "/dev/null");
    for (int fd = 0; fd < 3; fd++)
        if (dup2(*null, fd) < 0)
            return failed(failure, "replace", "a standard descriptor");
    int highest = reports > *null ? reports : *null;
    for (int fd = 3; fd < highest; fd++)
        if (fd != reports && fd != *null)
            close(fd);
    kernel_close_from((unsigned)highest + 1);
    return 0;
}

static struct server *start(struct sandbox *sandbox, struct failure *failure)
{
    if (cgroup_create(&spec, &sandbox->cgroup2, failure) < 0)
        return NULL;
    if (sandbox_start(sandbox, failure) < 0)
        return NULL;
    struct server *server = server_open(sandbox, failure);
    if (server && sandbox_join_network(sandbox, failure) == 0)
        return server;
    struct failure ignored;
    sandbox_end(sandbox, &ignored);
    if (server) {
        unlink(spec.socket);
        server_close(server);
    }
    return NULL;
}

static int keep(int reports)
{
    struct failure failure = {0};
    struct sandbox sandbox = {.spec = &spec, .cgroup2 = -1};
    if (leave_starter(&sandbox.null, reports, &failure) < 0) {
        starter_tell_failure(reports, &failure);
        return 1;
    }
    oom_protect();
    if (spec.runtime.program[0])
        return gate_run(&sandbox, reports);
    struct server *server = start(&sandbox, &failure);
    if (!server) {
        cgroup_remove(&spec, sandbox.cgroup2);
        starter_tell_failure(reports, &failure);
        return 1;
    }
    report_ready(reports);
    server_run(server);
    unlink(spec.socket);
    sandbox_end(&sandbox, &failure);
    cgroup_remove(&spec, sandbox.cgroup2);
    server_close(server);
    return 0;
}

/*
 * Stays until the keeper has reported, or died: some starters stop to listen when the process ends that they started.
 */
static int relay(int reports)
{
    uint8_t frame[ENDING_SIZE];
    for (;;) {
        ssize_t length = read(reports, frame, sizeof frame);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length == 0 ? 0 : 1;
        if (write(STDOUT_FILENO, frame, (size_t)length) < 0)
            return 1;
    }
}

static int start_keeper(struct failure *failure)
{
    int reports[2];
    if (pipe2(reports, O_CLOEXEC) < 0)
        return failed(failure, "make", "a pipe");
    pid_t pid = fork();
    if (pid < 0)
        return failed(failure, "fork", "the keeper");
    if (pid == 0)
        exit(keep(reports[1]));
    close(reports[1]);
    return relay(reports[0]);
}

/* PID 1 is a fork of the keeper: what a command reads of it in /proc/1/cmdline must not be a path of the host. */
static void hide_path(char *name)
{
    size_t length = strlen(name);
    memset(name, 0, length);
    strncpy(name, "keeper", length);
}

int main(int count, char **arguments)
{
    struct failure failure = {0};
    if (count > 0)
        hide_path(arguments[0]);
    if (read_spec(&failure) < 0) {
        starter_tell_failure(STDOUT_FILENO, &failure);
        return 1;
    }
    if (spec.inside)
        inside_run(&spec);
    int result = start_keeper(&failure);
    if (result < 0)
        starter_tell_failure(STDOUT_FILENO, &failure);
    return result == 0 ? 0 : 1;
}
