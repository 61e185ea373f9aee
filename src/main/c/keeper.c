/*
 * The keeper: makes one sandbox, then runs commands in it for the server until it ends. It reads one CREATE frame from
 * standard input, becomes a daemon of its own, and answers READY or FAILED on standard output. Its socket is the
 * only thing that it listens to; it outlives the server that started it, and the sandbox does not outlive it.
 * A PREPARE frame before that, with an answer of its own, has it do what is the same for all sandboxes ahead. Until
 * its CREATE comes it is its starter's: it ends when that one lets go of its standard input.
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
#include "sealed.h"
#include "server.h"
#include "spec.h"
#include "starter.h"

/* Room for the longest list of layers and controllers. */
#define CREATE_MAX (256u * 1024)
/* Of 10 s each, and the carrier of its packets has as long: the server waits for 50 s. */
#define END_TRIES 3u

static uint8_t input[CREATE_MAX];
static struct sandbox_spec spec;
static struct prepared prepared;

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

/* Its payload is in `input` then, and its type is returned. */
static int read_frame(uint32_t *length, struct failure *failure)
{
    errno = 0;
    if (!read_fully(input, FRAME_HEADER))
        return failed_with(failure, "read", "standard input", EPROTO);
    uint8_t type = input[4];
    *length = read_u32(input) - 1;
    if (*length > CREATE_MAX || !read_fully(input, *length))
        return failed_with(failure, "read the sandbox's description", "the frame", EPROTO);
    return type;
}

/* 1: what is to be prepared, and the sandbox comes later. */
static int read_first(struct failure *failure)
{
    uint32_t length;
    switch (read_frame(&length, failure)) {
    case FRAME_CREATE:
        return sandbox_spec_parse(input, length, &spec, failure);
    case FRAME_PREPARE:
        return prepared_parse(input, length, &prepared, failure) < 0 ? -1 : 1;
    default:
        return failed_with(failure, "read the sandbox's description", "the frame", EPROTO);
    }
}

/* The starter may be gone by the time that the sandbox is asked for, and its terminal with it. */
static int read_later(int reports, struct failure *failure)
{
    uint8_t frame[FRAME_HEADER];
    uint32_t length;
    signal(SIGPIPE, SIG_IGN);
    /* What the starter listens to is its first process's alone: it ends with that one. */
    if (dup2(reports, STDOUT_FILENO) < 0)
        return failed(failure, "replace", "the standard output");
    if (cgroup_prepare(&prepared, failure) < 0)
        return -1;
    if (write_all(reports, frame, bare_frame(frame, FRAME_READY)) < 0)
        return failed(failure, "answer", "the starter");
    if (read_frame(&length, failure) != FRAME_CREATE || sandbox_spec_parse(input, length, &spec, failure) < 0 ||
        spec.inside)
        return failed_with(failure, "read the sandbox's description", "the frame", EPROTO);
    spec.prepared = &prepared;
    return 0;
}

static void report_ready(int fd)
{
    uint8_t frame[FRAME_HEADER];
    starter_tell(fd, frame, bare_frame(frame, FRAME_READY));
}

/* Nothing of the starter's is kept: its descriptors, its terminal, its folder. */
static int leave_starter(int *null, int reports, struct failure *failure)
{
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
        server_close(server, false);
    }
    return NULL;
}

/* False: something lives on that can't be killed now. */
static bool end(struct sandbox *sandbox)
{
    struct failure ignored;
    for (unsigned i = 0; i < END_TRIES; i++)
        if (sandbox_end(sandbox, &ignored) == 0)
            return true;
    return false;
}

static int keep(bool later, int reports)
{
    struct failure failure = {0};
    struct sandbox sandbox = {.spec = &spec, .cgroup2 = -1};
    setsid();
    oom_protect();
    if ((later && read_later(reports, &failure) < 0) || leave_starter(&sandbox.null, reports, &failure) < 0) {
        cgroup_unprepare(&prepared);
        starter_tell_failure(reports, &failure);
        return 1;
    }
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
    bool ended = end(&sandbox);
    /* To leave the folders takes as long as to join them: who asked for the end is not to wait for that. */
    server_close(server, ended);
    cgroup_remove(&spec, sandbox.cgroup2);
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

static int start_keeper(bool later, struct failure *failure)
{
    int reports[2];
    if (pipe2(reports, O_CLOEXEC) < 0)
        return failed(failure, "make", "a pipe");
    pid_t pid = fork();
    if (pid < 0)
        return failed(failure, "fork", "the keeper");
    if (pid == 0) {
        close(reports[0]);
        exit(keep(later, reports[1]));
    }
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
    int first = read_first(&failure);
    if (first < 0) {
        starter_tell_failure(STDOUT_FILENO, &failure);
        return 1;
    }
    if (spec.inside)
        inside_run(&spec);
    int result = start_keeper(first > 0, &failure);
    if (result < 0)
        starter_tell_failure(STDOUT_FILENO, &failure);
    return result == 0 ? 0 : 1;
}
