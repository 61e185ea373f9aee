#include "execution.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "child.h"
#include "clock.h"
#include "frame.h"
#include "kernel.h"
#include "steering.h"
#include "tree.h"
#include "warden.h"

/*
 * Passes kill a tree within milliseconds. What still lives after this undoes what they do: then all of the sandbox is
 * killed.
 */
#define RESISTING_US 2000000u
/* What survives that is stuck in the kernel, and the server is told so, before it stops to wait. */
#define KILLING_US_MAX 10000000u
#define DISMISSAL_MS 100
#define STEP_US 1000u
#define NOBODY ((pid_t)-1)
#define PIECES_AT_ONCE 32u

static void reset(struct execution *execution)
{
    struct execution fresh = {.cgroup = -1, .unread = -1};
    for (unsigned i = 0; i < STREAMS; i++) {
        stream_forget(&execution->streams[i]);
        fresh.streams[i] = execution->streams[i];
    }
    *execution = fresh;
}

static bool is_warded(const struct execution *execution)
{
    return execution->process.told >= 0;
}

int execution_start(struct execution *execution, const struct sandbox *sandbox, struct exec_spec *spec,
                    struct failure *failure)
{
    reset(execution);
    snprintf(execution->id, sizeof execution->id, "%s", spec->id);
    if (sandbox->cgroup2 >= 0) {
        execution->cgroup = cgroup_leaf_create(sandbox->cgroup2, spec->id, failure);
        if (execution->cgroup < 0)
            return -1;
    }
    execution->split = spec->split;
    execution->whole = spec->whole;
    execution->awaited = sandbox->inside;
    execution->started_us = monotonic_us();
    execution->deadline_us = execution->started_us + spec->timeout_ms * 1000ull;
    execution->idle_us = spec->idle_ms * 1000ull;
    execution->silent_since_us = execution->started_us;
    spec->others = cgroup_make_room(sandbox->spec, sandbox->cgroup2);
    if (spawn_command(sandbox, spec, execution->cgroup, &execution->process, failure) < 0) {
        if (execution->cgroup >= 0) {
            close(execution->cgroup);
            unlinkat(sandbox->cgroup2, spec->id, AT_REMOVEDIR);
        }
        return -1;
    }
    if (!is_warded(execution))
        tree_began(execution->process.pid);
    for (unsigned i = 0; i < STREAMS; i++)
        stream_open(&execution->streams[i], execution->process.outputs[i]);
    execution->state = EXECUTION_RUNNING;
    return 0;
}

static void begin_killing(struct execution *execution)
{
    execution->state = EXECUTION_KILLING;
    execution->killing_since_us = monotonic_us();
    execution->lost |= is_warded(execution) && execution->reaped;
}

void execution_kill(struct execution *execution, unsigned why)
{
    if (execution->state != EXECUTION_RUNNING)
        return;
    execution->flags |= why;
    begin_killing(execution);
}

static void has_ended(struct execution *execution, const struct last_words *words)
{
    execution->told = true;
    execution->status = words->status;
    execution->cpu_us = words->cpu_us;
    execution->peak_bytes = words->peak_bytes;
    execution->ended_us = monotonic_us();
}

static void hear_warden(struct execution *execution)
{
    struct last_words words;
    if (is_warded(execution) && !execution->told &&
        read(execution->process.told, &words, sizeof words) == (ssize_t)sizeof words)
        has_ended(execution, &words);
}

void execution_reaped(struct execution *execution, int status, const struct rusage *usage)
{
    struct last_words words;
    execution->reaped = true;
    if (execution->state == EXECUTION_ENDED)
        return;
    if (!is_warded(execution))
        tree_ended(execution->process.pid);
    hear_warden(execution);
    /*
     * Somebody in the sandbox has killed it, who may: a plain user's sandboxes and containers have no other users than
     * theirs.
     */
    execution->lost = is_warded(execution) && (!execution->told || execution->state == EXECUTION_KILLING);
    last_words_set(&words, status, usage);
    if (!execution->told)
        has_ended(execution, &words);
}

static void reap(struct execution *execution)
{
    struct rusage usage;
    int status;
    hear_warden(execution);
    if (!execution->reaped && !execution->awaited &&
        wait4(execution->process.pid, &status, WNOHANG, &usage) == execution->process.pid)
        execution_reaped(execution, status, &usage);
}

static bool has_killed_for(const struct execution *execution, uint64_t time_us)
{
    return monotonic_us() - execution->killing_since_us > time_us;
}

static bool kill_tree(const struct execution *execution)
{
    if (is_warded(execution)) {
        kill(execution->process.pid, SIGCONT);
        return tree_kill_below(execution->process.pid);
    }
    return execution->reaped ? tree_kill_below(NOBODY) : tree_kill(execution->process.pid);
}

/* True when no process of the tree lives any more. */
static bool kill_pass(const struct execution *execution, const struct sandbox *sandbox)
{
    if (execution->lost || has_killed_for(execution, RESISTING_US))
        return sandbox_purge(sandbox) && execution->told;
    if (execution->cgroup < 0)
        return kill_tree(execution) && execution->told;
    cgroup_kill(execution->cgroup);
    return execution->told && !cgroup_populated(execution->cgroup);
}

static bool ended_by_kill(int status)
{
    return (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
           (WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGKILL);
}

static uint64_t printed(const struct execution *execution)
{
    return execution->streams[0].retained.total + execution->streams[1].retained.total;
}

static void begin_settling(struct execution *execution)
{
    settling_begin(&execution->settling, monotonic_us(), printed(execution));
    execution->state = EXECUTION_SETTLING;
}

static void begin_draining(struct execution *execution, struct sandbox *sandbox)
{
    /* What is in a pipe now belongs to the command; what background processes add from here on does not. */
    for (unsigned i = 0; i < STREAMS; i++)
        stream_drain(&execution->streams[i]);
    if (execution->cgroup >= 0) {
        uint64_t cpu_us = cgroup_cpu_us(execution->cgroup);
        if (cpu_us > 0)
            execution->cpu_us = cpu_us;
    }
    if (ended_by_kill(execution->status)) {
        uint64_t oom_kills = cgroup_oom_kills(sandbox->spec, sandbox->cgroup2);
        if (oom_kills > sandbox->oom_kills && !(execution->flags & (FLAG_TIMED_OUT | FLAG_CANCELLED)))
            execution->flags |= FLAG_OUT_OF_MEMORY;
        sandbox->oom_kills = oom_kills;
    }
    execution->state = EXECUTION_DRAINING;
}

static void fill_all(struct execution *execution, const uint64_t *unread)
{
    unsigned times = execution->state == EXECUTION_SETTLING ? PIECES_AT_ONCE : 1;
    for (unsigned i = 0; i < STREAMS; i++)
        stream_fill(&execution->streams[i], unread ? &unread[i] : NULL, times);
}

/* True when there is something that is not read yet: there was much, or its reader is behind. */
static bool is_behind(const struct execution *execution)
{
    return stream_is_behind(&execution->streams[0]) || stream_is_behind(&execution->streams[1]);
}

static bool has_room(const struct execution *execution, const uint64_t *unread)
{
    for (unsigned i = 0; unread && i < STREAMS; i++)
        if (!stream_has_room(&execution->streams[i], unread[i]))
            return false;
    return true;
}

static pid_t root_of(const struct execution *execution)
{
    return execution->reaped && !is_warded(execution) ? NOBODY : execution->process.pid;
}

static bool settled(struct execution *execution, const struct sandbox *sandbox, const uint64_t *unread)
{
    if (execution->streams[0].closed && execution->streams[1].closed)
        return true;
    uint64_t now = monotonic_us();
    struct remains remains = {.cgroup = execution->cgroup,
                              .root = root_of(execution),
                              .own_kernel = sandbox->spec->runtime.flags & RUNTIME_KERNEL};
    /* Who waits for a reader of the command's output is silent for no reason of its own. */
    if (is_behind(execution))
        return has_room(execution, unread) && settling_overdue(&execution->settling, now, remains);
    return settling_over(&execution->settling, now, printed(execution), remains);
}

/* Who waits for a reader of its output is silent for no reason of its own. */
static bool is_idle(struct execution *execution, uint64_t now_us)
{
    uint64_t total = printed(execution);
    if (total != execution->printed || is_behind(execution)) {
        execution->printed = total;
        execution->silent_since_us = now_us;
    }
    return execution->idle_us > 0 && now_us - execution->silent_since_us >= execution->idle_us;
}

static bool is_drained(const struct execution *execution)
{
    return stream_is_drained(&execution->streams[0]) && stream_is_drained(&execution->streams[1]);
}

static size_t exited_frame(struct execution *execution)
{
    struct frame_writer writer = frame_begin(execution->ending, ENDING_SIZE, FRAME_EXITED);
    if (WIFSIGNALED(execution->status))
        frame_number(&writer, EXITED_SIGNAL, (uint64_t)WTERMSIG(execution->status));
    else
        frame_number(&writer, EXITED_CODE, (uint64_t)WEXITSTATUS(execution->status));
    frame_number(&writer, EXITED_FLAGS, execution->flags);
    frame_number(&writer, EXITED_CPU_US, execution->cpu_us);
    frame_number(&writer, EXITED_PEAK_BYTES, execution->peak_bytes);
    frame_number(&writer, EXITED_DURATION_US, execution->ended_us - execution->started_us);
    frame_number(&writer, EXITED_OUTPUT_BYTES, printed(execution));
    return frame_end(&writer);
}

size_t execution_died_frame(uint8_t *frame)
{
    struct failure failure;
    failed_with(&failure, "run", "the command to its end", ESRCH);
    return failed_frame(frame, ENDING_SIZE, &failure, KIND_SANDBOX_DIED);
}

static size_t ending_frame(struct execution *execution, const struct sandbox *sandbox)
{
    struct failure failure = {0};
    if (!execution->told || execution->stuck) {
        failed_with(&failure, "kill", "the command's processes", ETIMEDOUT);
        return failed_frame(execution->ending, ENDING_SIZE, &failure, KIND_UNKNOWN);
    }
    if (read(execution->process.report, &failure, sizeof failure) == (ssize_t)sizeof failure) {
        failure.what[sizeof failure.what - 1] = failure.on[sizeof failure.on - 1] = 0;
        return failed_frame(execution->ending, ENDING_SIZE, &failure, KIND_NOT_STARTED);
    }
    if (ended_by_kill(execution->status) && sandbox_dying(sandbox))
        return execution_died_frame(execution->ending);
    return exited_frame(execution);
}

static bool done_running(struct execution *execution, const struct sandbox *sandbox)
{
    reap(execution);
    if (execution->state == EXECUTION_RUNNING && (execution->lost || (execution->told && execution->whole)))
        begin_killing(execution);
    if (execution->state == EXECUTION_RUNNING)
        return execution->told;
    if (execution->state != EXECUTION_KILLING)
        return false;
    bool killed = kill_pass(execution, sandbox);
    execution->stuck = !killed && has_killed_for(execution, KILLING_US_MAX);
    return killed || execution->stuck;
}

bool execution_advance(struct execution *execution, struct sandbox *sandbox, const uint64_t *unread)
{
    if (execution->state == EXECUTION_RUNNING && monotonic_us() >= execution->deadline_us)
        execution_kill(execution, FLAG_TIMED_OUT);
    if (execution->state == EXECUTION_RUNNING && is_idle(execution, monotonic_us()))
        execution_kill(execution, FLAG_TIMED_OUT | FLAG_IDLE);
    bool done = done_running(execution, sandbox);
    if (done && execution->state == EXECUTION_RUNNING)
        begin_settling(execution);
    else if (done)
        begin_draining(execution, sandbox);
    fill_all(execution, unread);
    if (execution->state == EXECUTION_SETTLING && settled(execution, sandbox, unread)) {
        begin_draining(execution, sandbox);
        fill_all(execution, unread);
    }
    if (execution->state == EXECUTION_DRAINING && is_drained(execution)) {
        execution->ending_length = ending_frame(execution, sandbox);
        execution->state = EXECUTION_ENDED;
    }
    return execution->state == EXECUTION_ENDED;
}

uint64_t execution_due(const struct execution *execution, uint64_t now_us)
{
    switch (execution->state) {
    case EXECUTION_RUNNING:
        return execution->idle_us ? earlier(execution->deadline_us, execution->silent_since_us + execution->idle_us)
                                  : execution->deadline_us;
    case EXECUTION_SETTLING:
        return execution->settling.look_us > now_us ? execution->settling.look_us : now_us + STEP_US;
    case EXECUTION_KILLING:
        return now_us + STEP_US;
    default:
        return NEVER;
    }
}

/* Now what the command has left in the background is PID 1's, and no more of anybody's tree. */
static void dismiss_warden(struct execution *execution)
{
    if (!is_warded(execution))
        return;
    close(execution->process.told);
    if (execution->reaped)
        return;
    kill(execution->process.pid, SIGKILL);
    if (!execution->awaited && child_ends(execution->process.pidfd, DISMISSAL_MS))
        waitpid(execution->process.pid, NULL, WNOHANG);
}

bool execution_tidy(struct execution *execution, const struct sandbox *sandbox, struct leftovers *leftovers)
{
    dismiss_warden(execution);
    steering_drop_input(execution);
    if (execution->process.pidfd >= 0)
        close(execution->process.pidfd);
    for (unsigned i = 0; i < STREAMS; i++)
        if (execution->streams[i].pipe >= 0 && execution->streams[i].closed)
            close(execution->streams[i].pipe);
        else if (execution->streams[i].pipe >= 0)
            leftovers_add(leftovers, execution->streams[i].pipe);
    close(execution->process.report);
    if (execution->cgroup < 0)
        return false;
    close(execution->cgroup);
    execution->cgroup = -1;
    return unlinkat(sandbox->cgroup2, execution->id, AT_REMOVEDIR) < 0;
}

void execution_free(struct execution *execution)
{
    reset(execution);
}
