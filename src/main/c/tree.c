#include "tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "places.h"
#include "setting.h"

#define PROCESSES_MAX 32768
#define SCANS_MAX 16

struct process {
    pid_t pid;
    pid_t parent;
    uint64_t started; /* with its number what tells it from all others */
    uint64_t ticks; /* of processor time */
    unsigned threads;
    char state;
    bool ours;
};

static struct process processes[PROCESSES_MAX];
static size_t process_count;

/*
 * "PID (name) STATE PPID …", the 14th and 15th its time, the 20th its threads, the 22nd when it has started
 * (proc_pid_stat(5)); the name is the process's own, brackets and all.
 */
static bool read_stat(const char *path, struct process *process)
{
    char text[512];
    unsigned long long started, user, system;
    int parent;
    setting_read(AT_FDCWD, path, text, sizeof text);
    const char *bracket = strrchr(text, ')');
    if (!bracket ||
        sscanf(bracket + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %u %*d %llu",
               &process->state, &parent, &user, &system, &process->threads, &started) != 6)
        return false;
    process->parent = parent;
    process->started = started;
    process->ticks = user + system;
    process->ours = false;
    return true;
}

static bool read_process(pid_t pid, struct process *process)
{
    char path[64];
    process->pid = pid;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    return read_stat(path, process);
}

static void scan(void)
{
    process_count = 0;
    DIR *folder = opendir("/proc");
    if (!folder)
        return;
    for (struct dirent *entry = readdir(folder); entry && process_count < PROCESSES_MAX; entry = readdir(folder))
        if (isdigit((unsigned char)entry->d_name[0]) &&
            read_process((pid_t)strtol(entry->d_name, NULL, 10), &processes[process_count]))
            process_count++;
    closedir(folder);
}

static bool is_ours(pid_t pid)
{
    for (size_t i = 0; i < process_count; i++)
        if (processes[i].pid == pid)
            return processes[i].ours;
    return false;
}

/* And couriers: what the keeper itself has started. */
#define CHILDREN_MAX (EXECUTIONS_MAX + COURIERS_MAX)

static pid_t commands[CHILDREN_MAX];
static bool orphans_are_anybodys;

void tree_claim_orphans(void)
{
    orphans_are_anybodys = true;
}

bool tree_has_subreapers(void)
{
    return !orphans_are_anybodys;
}

static void replace(pid_t from, pid_t to)
{
    for (unsigned i = 0; i < CHILDREN_MAX; i++) {
        if (commands[i] == from) {
            commands[i] = to;
            return;
        }
    }
}

void tree_began(pid_t pid)
{
    replace(0, pid);
}

void tree_ended(pid_t pid)
{
    replace(pid, 0);
}

static bool is_command(pid_t pid)
{
    for (unsigned i = 0; i < CHILDREN_MAX; i++)
        if (commands[i] == pid)
            return true;
    return false;
}

/*
 * A child of the first process that is no command has lost its parent, and nobody knows to which command that belonged.
 */
static bool is_orphan(const struct process *process)
{
    return orphans_are_anybodys && process->parent == 1 && !is_command(process->pid);
}

/* Marks the descendants of root; pids may wrap around, so order says nothing and passes repeat until one adds none. */
static void mark(pid_t root)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < process_count; i++) {
            struct process *process = &processes[i];
            if (process->ours || process->pid == root)
                continue;
            if (process->parent != root && !is_ours(process->parent) && !is_orphan(process))
                continue;
            process->ours = more = true;
        }
    }
}

static bool gone(const struct process *process)
{
    return process->state == 'Z' || process->state == 'X';
}

/*
 * By a descriptor, and looked at once it is held: a number alone may by now be another process's, and any of the
 * host's.
 */
static void signal_one(const struct process *process, int signal)
{
    struct process now;
    int pidfd = kernel_pidfd_open(process->pid);
    if (pidfd < 0) {
        /* A container's kernel may have no such descriptors; it has no processes of the host either. */
        if (errno != ESRCH)
            kill(process->pid, signal);
        return;
    }
    if (read_process(process->pid, &now) && now.started == process->started)
        kernel_pidfd_send_signal(pidfd, signal);
    close(pidfd);
}

static size_t signal_all(int signal, bool stopped_too)
{
    size_t count = 0;
    for (size_t i = 0; i < process_count; i++) {
        const struct process *process = &processes[i];
        if (!process->ours || gone(process) || (process->state == 'T' && !stopped_too))
            continue;
        signal_one(process, signal);
        count++;
    }
    return count;
}

static bool is_stopped(pid_t root)
{
    for (size_t i = 0; i < process_count; i++)
        if (processes[i].pid == root)
            return processes[i].state == 'T' || gone(&processes[i]);
    return true;
}

/* `root` is to stop too, or it is left alone. */
static bool kill_below(pid_t root, bool stops)
{
    /*
     * A signal that is sent is not taken yet: who is in the middle of a fork has a child first, which only a pass sees
     * that begins when all are known to have stopped.
     */
    for (unsigned i = 0, quiet = 0; i < SCANS_MAX && quiet < 2; i++) {
        scan();
        mark(root);
        bool stopped = signal_all(SIGSTOP, false) == 0 && (!stops || is_stopped(root));
        quiet = stopped ? quiet + 1 : 0;
    }
    return signal_all(SIGKILL, true) == 0;
}

bool tree_kill_below(pid_t warden)
{
    return kill_below(warden, false);
}

bool tree_kill(pid_t root)
{
    /* While root is stopped it does not end, and so does not leave its children to others. */
    kill(root, SIGSTOP);
    if (!kill_below(root, true))
        return false;
    kill(root, SIGKILL);
    return true;
}

bool tree_thread_works(pid_t process, pid_t thread)
{
    char path[64];
    struct process found;
    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", process, thread);
    return read_stat(path, &found) && (found.state == 'R' || found.state == 'D');
}

static bool works(const struct process *process)
{
    if (process->state == 'R' || process->state == 'D')
        return true;
    if (process->threads < 2)
        return false;
    char path[64];
    bool one_does = false;
    snprintf(path, sizeof path, "/proc/%d/task", process->pid);
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    for (struct dirent *entry = readdir(folder); entry && !one_does; entry = readdir(folder))
        one_does = isdigit((unsigned char)entry->d_name[0]) &&
                   tree_thread_works(process->pid, (pid_t)strtol(entry->d_name, NULL, 10));
    closedir(folder);
    return one_does;
}

struct tree_look tree_look(pid_t root)
{
    struct tree_look look = {.works = false};
    uint64_t ticks = 0;
    scan();
    mark(root);
    for (size_t i = 0; i < process_count; i++) {
        if (!processes[i].ours || gone(&processes[i]))
            continue;
        ticks += processes[i].ticks;
        look.works = look.works || works(&processes[i]);
    }
    look.cpu_us = ticks * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    return look;
}
