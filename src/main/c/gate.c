#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "clock.h"
#include "frame.h"
#include "kernel.h"
#include "listener.h"
#include "oom.h"
#include "rootfs.h"
#include "starter.h"
#include "trunk.h"

#define START_TIMEOUT_US 20000000u
#define END_TIMEOUT_MS 10000
#define WORDS_MAX (RUNTIME_ARGUMENTS_MAX + 8)
#define DESCRIPTION_MAX 16384u
/* A kernel of a container's own knows all ids: its users are to be those of other sandboxes. */
#define UNMAPPED_IDS 65536u

/* Reading end, then writing end. */
struct pipes {
    int in[2], out[2], errors[2];
};

struct gate {
    struct sandbox *sandbox;
    struct trunk trunk;
    int listener, reports; /* -1: the starter has had its answer */
    int errors; /* what the runtime says when it fails */
    pid_t runtime;
    int runtime_pidfd;
    uint32_t asking;
    bool dying; /* the keeper inside has said so */
    uint64_t due_us;
};

static void answer_starter(struct gate *gate, const uint8_t *frame, size_t length)
{
    if (gate->reports < 0)
        return;
    starter_tell(gate->reports, frame, length);
    gate->reports = -1;
    gate->due_us = sandbox_spec_expiry(gate->sandbox->spec, monotonic_us());
}

static void tell_failure(struct gate *gate, const struct failure *failure)
{
    uint8_t frame[ENDING_SIZE];
    answer_starter(gate, frame, failed_frame(frame, sizeof frame, failure, KIND_NOT_STARTED));
}

static void on_frame(void *owner, enum trunk_type type, uint32_t id, const uint8_t *bytes, uint32_t length)
{
    struct gate *gate = owner;
    if (type == TRUNK_REPORT)
        answer_starter(gate, bytes, length);
    /* Until the starter has had its answer the start's own time counts. */
    if (type == TRUNK_EXTEND && length == 4 && gate->reports < 0)
        gate->due_us = lifetime_expiry(read_u32(bytes), monotonic_us());
    if (type != TRUNK_DYING)
        return;
    gate->dying = true;
    gate->asking = id;
}

static int blind(const struct runtime_spec *runtime)
{
    if (!(runtime->flags & RUNTIME_BLIND))
        return 0;
    return mount("tmpfs", "/sys/fs/cgroup", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, "size=4k");
}

static _Noreturn void run_runtime(const struct sandbox *sandbox, const struct pipes *pipes)
{
    static char *const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    const struct runtime_spec *runtime = &sandbox->spec->runtime;
    const char *words[WORDS_MAX] = {runtime->program};
    unsigned count = 1;
    for (unsigned i = 0; i < runtime->argument_count; i++)
        words[count++] = runtime->arguments[i];
    const char *const rest[] = {"--root", STAGE_STATE, "run", "--bundle", STAGE_BUNDLE, sandbox->spec->id};
    memcpy(words + count, rest, sizeof rest);
    child_free_signals();
    signal(SIGPIPE, SIG_DFL);
    /* What the runtime writes down is the host's root's, whom the stage's own file system does not know. */
    if (setns(sandbox->namespaces[NS_MNT], CLONE_NEWNS) < 0 ||
        mount("tmpfs", STAGE_STATE, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700,size=16m") < 0 ||
        blind(runtime) < 0 || dup2(pipes->in[0], 0) < 0 || dup2(pipes->out[1], 1) < 0 || dup2(pipes->errors[1], 2) < 0)
        _exit(126);
    kernel_close_from(3);
    oom_unprotect();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execve(runtime->program, (char **)(uintptr_t)words, environment);
    dprintf(2, "%s\n", strerror(errno));
    _exit(127);
}

/* What the keeper inside is told: limits, and that control groups hold some of them from outside. */
static bool send_description(const struct sandbox_spec *spec, int to)
{
    uint8_t frame[DESCRIPTION_MAX];
    struct frame_writer writer = frame_begin(frame, sizeof frame, FRAME_CREATE);
    frame_text(&writer, SANDBOX_ID, spec->id);
    frame_text(&writer, SANDBOX_SOCKET, "none");
    frame_text(&writer, SANDBOX_HOST_IMAGE, "");
    frame_text(&writer, SANDBOX_INSIDE, "");
    frame_number(&writer, SANDBOX_RUNTIME_FLAGS, spec->runtime.flags);
    frame_text(&writer, SANDBOX_WORKDIR, spec->workdir);
    if (spec->user[0])
        frame_text(&writer, SANDBOX_USER, spec->user);
    frame_number(&writer, SANDBOX_UID_BASE, spec->uid_base);
    frame_number(&writer, SANDBOX_UID_COUNT, spec->uid_count ? spec->uid_count : UNMAPPED_IDS);
    frame_number(&writer, SANDBOX_MEMORY, spec->memory_bytes);
    frame_number(&writer, SANDBOX_PIDS, spec->pids);
    frame_number(&writer, SANDBOX_OPEN_FILES, spec->open_files);
    /* Where control groups do not reach the container's own processes, the limits of each process stand in. */
    for (unsigned i = 0; i < spec->controller_count && !(spec->runtime.flags & RUNTIME_KERNEL); i++) {
        char controller[32];
        snprintf(controller, sizeof controller, "%s=", spec->controllers[i].name);
        frame_text(&writer, SANDBOX_CGROUP1, controller);
    }
    size_t length = frame_end(&writer);
    return length > 0 && write(to, frame, length) == (ssize_t)length;
}

static void close_pipes(const struct pipes *pipes)
{
    const int all[] = {pipes->in[0], pipes->in[1], pipes->out[0], pipes->out[1], pipes->errors[0], pipes->errors[1]};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] >= 0)
            close(all[i]);
}

static int start_runtime(struct gate *gate, struct failure *failure)
{
    struct sandbox *sandbox = gate->sandbox;
    struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(pipes.in, O_CLOEXEC) < 0 || pipe2(pipes.out, O_CLOEXEC) < 0 ||
        pipe2(pipes.errors, O_CLOEXEC | O_NONBLOCK) < 0) {
        close_pipes(&pipes);
        return failed(failure, "make", "a pipe");
    }
    gate->runtime = kernel_clone(0, sandbox->cgroup2, &gate->runtime_pidfd);
    if (gate->runtime == 0)
        run_runtime(sandbox, &pipes);
    if (gate->runtime < 0) {
        close_pipes(&pipes);
        return failed(failure, "start", sandbox->spec->runtime.program);
    }
    close(pipes.in[0]);
    close(pipes.out[1]);
    close(pipes.errors[1]);
    gate->errors = pipes.errors[0];
    if (trunk_open(&gate->trunk, pipes.out[0], pipes.in[1]) < 0 || !send_description(sandbox->spec, pipes.in[1]))
        return failed(failure, "speak to", sandbox->spec->runtime.program);
    gate->trunk.owner = gate;
    gate->trunk.on_frame = on_frame;
    return 0;
}

/* In its own words, if it had any. */
static void tell_of_runtime(struct gate *gate)
{
    struct failure failure;
    char words[sizeof failure.on] = "";
    ssize_t length = read(gate->errors, words, sizeof words - 1);
    words[length > 0 ? length : 0] = 0;
    words[strcspn(words, "\n")] = 0;
    failed_with(&failure, "run the container:", words[0] ? words : gate->sandbox->spec->runtime.program, ECONNABORTED);
    tell_failure(gate, &failure);
}

static void accept_connection(struct gate *gate)
{
    int fd = listener_accept(gate->listener);
    if (fd >= 0 && !trunk_add(&gate->trunk, fd, 0))
        close(fd);
}

static void serve(struct gate *gate)
{
    static struct pollfd polls[2 + TRUNK_POLLS_MAX];
    bool ended = false;
    while (!ended && !gate->dying && !gate->trunk.over && monotonic_us() < gate->due_us) {
        polls[0] = (struct pollfd){.fd = trunk_has_place(&gate->trunk) ? gate->listener : -1, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = gate->runtime_pidfd, .events = POLLIN};
        nfds_t count = 2 + trunk_polls(&gate->trunk, polls + 2);
        if (poll_until(polls, count, gate->due_us) < 0 && errno != EINTR)
            return;
        ended = polls[1].revents;
        trunk_serve(&gate->trunk);
        if (polls[0].revents)
            accept_connection(gate);
    }
}

/* The container's own end comes first; what does not end is killed by its control group, or by the end of its pipes. */
static void end_runtime(struct gate *gate)
{
    int patience = gate->dying ? END_TIMEOUT_MS : 0;
    trunk_serve(&gate->trunk);
    close(gate->trunk.out);
    if (!child_ends(gate->runtime_pidfd, patience) && gate->sandbox->cgroup2 >= 0)
        cgroup_kill(gate->sandbox->cgroup2);
    child_end(gate->runtime, gate->runtime_pidfd, END_TIMEOUT_MS);
}

/* False: something lives on that can't be killed now. */
static bool clean(struct gate *gate)
{
    struct failure ignored;
    unlink(gate->sandbox->spec->socket);
    if (gate->sandbox->cgroup2 >= 0)
        cgroup_kill(gate->sandbox->cgroup2);
    bool ended = sandbox_end(gate->sandbox, &ignored) == 0;
    if (gate->sandbox->cgroup2 >= 0)
        cgroup_empty(gate->sandbox->cgroup2, END_TIMEOUT_MS);
    ended = ended && (gate->sandbox->cgroup2 < 0 || !cgroup_populated(gate->sandbox->cgroup2));
    cgroup_remove(gate->sandbox->spec, gate->sandbox->cgroup2);
    return ended;
}

static void tell_who_asked(struct gate *gate)
{
    uint8_t frame[FRAME_HEADER];
    size_t length = bare_frame(frame, FRAME_DESTROYED);
    int fd = gate->asking ? trunk_take(&gate->trunk, gate->asking) : -1;
    if (fd < 0)
        return;
    send(fd, frame, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
}

static int start(struct gate *gate, struct failure *failure)
{
    if (rootfs_load_program(failure) < 0 || cgroup_create(gate->sandbox->spec, &gate->sandbox->cgroup2, failure) < 0)
        return -1;
    gate->listener = listener_open(gate->sandbox->spec->socket, failure);
    if (gate->listener < 0 || sandbox_stage(gate->sandbox, failure) < 0)
        return -1;
    gate->due_us = monotonic_us() + START_TIMEOUT_US;
    return start_runtime(gate, failure);
}

int gate_run(struct sandbox *sandbox, int reports)
{
    static struct gate gate;
    struct failure failure = {0};
    gate = (struct gate){.sandbox = sandbox, .listener = -1, .reports = reports, .errors = -1};
    if (start(&gate, &failure) < 0) {
        if (sandbox->init > 0)
            clean(&gate);
        else
            cgroup_remove(sandbox->spec, sandbox->cgroup2);
        unlink(sandbox->spec->socket);
        tell_failure(&gate, &failure);
        return 1;
    }
    serve(&gate);
    end_runtime(&gate);
    bool ended = clean(&gate);
    if (gate.reports >= 0)
        tell_of_runtime(&gate);
    if (ended)
        tell_who_asked(&gate);
    trunk_close(&gate.trunk);
    close(gate.listener);
    return 0;
}
