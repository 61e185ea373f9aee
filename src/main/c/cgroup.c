#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "membership.h"
#include "setting.h"

#define CPU_PERIOD_US 100000u
#define ENDING_MS 200u
/* Processes of a command that looks for others and kills them. */
#define ROOM 8u

/* The number behind `key` in a file of "key number" lines. */
static uint64_t number_at(int folder, const char *name, const char *key)
{
    char text[1024];
    if (setting_read(folder, name, text, sizeof text) <= 0)
        return 0;
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return strtoull(line + length + 1, NULL, 10);
    }
    return 0;
}

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int limit(int folder, const char *name, const char *text, struct failure *failure)
{
    return setting_write(folder, name, text) < 0 ? failed(failure, "set the limit", name) : 0;
}

static uint64_t processes_max(const struct sandbox_spec *spec)
{
    return (uint64_t)spec->pids + sandbox_spec_pids_reserve(spec) + spec->runtime.pids;
}

static int limit_v1(const struct sandbox_spec *spec, const struct controller *controller, int folder,
                    struct failure *failure)
{
    char text[32];
    if (strcmp(controller->name, "memory") == 0 && spec->memory_bytes) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)(spec->memory_bytes + spec->runtime.memory_bytes));
        if (limit(folder, "memory.limit_in_bytes", text, failure) < 0)
            return -1;
        /* Absent without swap accounting, and then there is nothing to limit. */
        setting_write(folder, "memory.memsw.limit_in_bytes", text);
    } else if (strcmp(controller->name, "pids") == 0 && spec->pids) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)processes_max(spec));
        return limit(folder, "pids.max", text, failure);
    } else if (strcmp(controller->name, "cpu") == 0 && spec->cpu_millis) {
        snprintf(text, sizeof text, "%u", spec->cpu_millis * (CPU_PERIOD_US / 1000));
        return limit(folder, "cpu.cfs_quota_us", text, failure);
    }
    return 0;
}

static int limit_v2(const struct sandbox_spec *spec, const struct controller *controller, int folder,
                    struct failure *failure)
{
    char text[48];
    if (strcmp(controller->name, "memory") == 0 && spec->memory_bytes) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)(spec->memory_bytes + spec->runtime.memory_bytes));
        setting_write(folder, "memory.swap.max", "0");
        return limit(folder, "memory.max", text, failure);
    }
    if (strcmp(controller->name, "pids") == 0 && spec->pids) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)processes_max(spec));
        return limit(folder, "pids.max", text, failure);
    }
    if (strcmp(controller->name, "cpu") == 0 && spec->cpu_millis) {
        snprintf(text, sizeof text, "%u %u", spec->cpu_millis * (CPU_PERIOD_US / 1000), CPU_PERIOD_US);
        return limit(folder, "cpu.max", text, failure);
    }
    return 0;
}

static int make_v1(const struct controller *controller, struct failure *failure)
{
    if (mkdir(controller->path, 0755) < 0 && errno != EEXIST)
        return failed(failure, "make the cgroup", controller->name);
    int folder = open_folder(controller->path);
    return folder < 0 ? failed(failure, "open the cgroup", controller->name) : folder;
}

/*
 * As the one thread that the keeper has: who moves nobody else need not stop all forks and exits of the host meanwhile,
 * which takes some 10 ms of everybody's time (cgroup_procs_write_start in the kernel, since 5.5).
 */
static int move_v1(int folder)
{
    return setting_write(folder, "tasks", "0") < 0 ? -1 : 0;
}

static int join_v1(const struct controller *controller, int folder, struct failure *failure)
{
    return move_v1(folder) < 0 ? failed(failure, "join the cgroup", controller->name) : 0;
}

int cgroup_prepare(const struct prepared *prepared, struct failure *failure)
{
    for (unsigned i = 0; i < prepared->count; i++) {
        int folder = make_v1(&prepared->controllers[i], failure);
        if (folder < 0)
            return -1;
        int result = join_v1(&prepared->controllers[i], folder, failure);
        close(folder);
        if (result < 0)
            return -1;
    }
    return 0;
}

static struct controller *find_prepared(struct prepared *prepared, const char *name)
{
    for (unsigned i = 0; prepared && i < prepared->count; i++)
        if (strcmp(prepared->controllers[i].name, name) == 0)
            return &prepared->controllers[i];
    return NULL;
}

static int enter_v1(const struct sandbox_spec *spec, const struct controller *controller, struct failure *failure)
{
    struct controller *early = find_prepared(spec->prepared, controller->name);
    bool joined = early && rename(early->path, controller->path) == 0;
    int folder = make_v1(controller, failure);
    if (folder < 0)
        return -1;
    int result = limit_v1(spec, controller, folder, failure);
    if (result == 0 && !joined)
        result = join_v1(controller, folder, failure);
    close(folder);
    if (early && (joined || (result == 0 && rmdir(early->path) == 0)))
        early->path[0] = 0;
    return result;
}

int cgroup_create(const struct sandbox_spec *spec, int *cgroup2, struct failure *failure)
{
    *cgroup2 = -1;
    if (spec->cgroup2[0]) {
        if (mkdir(spec->cgroup2, 0755) < 0 && errno != EEXIST)
            return failed(failure, "make the cgroup", "version 2");
        *cgroup2 = open_folder(spec->cgroup2);
        if (*cgroup2 < 0)
            return failed(failure, "open the cgroup", "version 2");
    }
    for (unsigned i = 0; i < spec->controller_count; i++) {
        const struct controller *controller = &spec->controllers[i];
        if ((controller->path[0] ? enter_v1(spec, controller, failure)
                                 : limit_v2(spec, controller, *cgroup2, failure)) < 0)
            return -1;
    }
    return 0;
}

/* A process may leave a version 1 folder only for another one: the parent. */
static void leave_v1(const struct controller *controller)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", controller->path);
    char *slash = strrchr(path, '/');
    if (!slash)
        return;
    *slash = 0;
    int parent = open_folder(path), folder = open_folder(controller->path);
    if (folder >= 0) {
        /* A runtime's own. */
        cgroup_sweep(folder);
        close(folder);
    }
    if (parent < 0)
        return;
    move_v1(parent);
    close(parent);
    rmdir(controller->path);
}

void cgroup_unprepare(const struct prepared *prepared)
{
    for (unsigned i = 0; i < prepared->count; i++)
        if (prepared->controllers[i].path[0])
            leave_v1(&prepared->controllers[i]);
}

void cgroup_remove(const struct sandbox_spec *spec, int cgroup2)
{
    if (spec->prepared)
        cgroup_unprepare(spec->prepared);
    for (unsigned i = 0; i < spec->controller_count; i++)
        if (spec->controllers[i].path[0])
            leave_v1(&spec->controllers[i]);
    if (cgroup2 < 0)
        return;
    cgroup_sweep(cgroup2);
    rmdir(spec->cgroup2);
}

int cgroup_leaf_create(int cgroup2, const char *name, struct failure *failure)
{
    if (mkdirat(cgroup2, name, 0755) < 0)
        return failed(failure, "make the cgroup", name);
    int folder = openat(cgroup2, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0)
        return folder;
    failed(failure, "open the cgroup", name);
    unlinkat(cgroup2, name, AT_REMOVEDIR);
    return -1;
}

/* Where it is in the hierarchy, as proc_pid_cgroup(5) says it: the last folders of its path tell it from all others. */
static bool is_in(pid_t pid, int cgroup)
{
    char link[64], own[PATH_MAX], path[64], text[PATH_MAX + 64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", cgroup);
    ssize_t length = readlink(link, own, sizeof own - 1);
    snprintf(path, sizeof path, "/proc/%d/cgroup", pid);
    if (length <= 0 || setting_read(AT_FDCWD, path, text, sizeof text) <= 0)
        return false;
    own[length] = 0;
    return membership_is_in(text, own);
}

/*
 * By a descriptor, and looked at once it is held: a number alone may by now be another process's, and any of the
 * host's.
 */
static void kill_one(pid_t pid, int cgroup)
{
    int pidfd = kernel_pidfd_open(pid);
    if (pidfd < 0)
        return;
    if (is_in(pid, cgroup))
        kernel_pidfd_send_signal(pidfd, SIGKILL);
    close(pidfd);
}

void cgroup_kill(int cgroup)
{
    if (setting_write(cgroup, "cgroup.kill", "1") == 0)
        return;
    /*
     * Before Linux 5.14: one by one. Who forks meanwhile, and whoever did not fit, is met in the next round, which the
     * caller starts.
     */
    char text[4096];
    if (setting_read(cgroup, "cgroup.procs", text, sizeof text) <= 0)
        return;
    const char *rest = text;
    for (pid_t pid = membership_next(&rest); pid > 0; pid = membership_next(&rest))
        if (pid > 1)
            kill_one(pid, cgroup);
}

bool cgroup_populated(int cgroup)
{
    return number_at(cgroup, "cgroup.events", "populated") != 0;
}

void cgroup_empty(int cgroup, unsigned timeout_ms)
{
    for (unsigned waited_ms = 0; cgroup_populated(cgroup) && waited_ms < timeout_ms; waited_ms++) {
        cgroup_kill(cgroup);
        poll(NULL, 0, 1);
    }
}

static size_t count_processes(int cgroup)
{
    char text[4096];
    size_t count = 0;
    int fd = openat(cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    for (ssize_t length = read(fd, text, sizeof text); length > 0; length = read(fd, text, sizeof text))
        for (ssize_t i = 0; i < length; i++)
            count += text[i] == '\n';
    close(fd);
    return count;
}

static int open_largest(int cgroup2)
{
    int largest = -1, copy = openat(cgroup2, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    size_t most = 0;
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || strcmp(entry->d_name, CGROUP_CARRIER) == 0)
            continue;
        int fd = openat(cgroup2, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        size_t count = fd < 0 ? 0 : count_processes(fd);
        int other = count > most ? largest : fd;
        if (count > most) {
            most = count;
            largest = fd;
        }
        if (other >= 0)
            close(other);
    }
    if (folder)
        closedir(folder);
    return largest;
}

static void kill_largest(int cgroup2)
{
    int largest = open_largest(cgroup2);
    if (largest < 0)
        return;
    cgroup_empty(largest, ENDING_MS);
    close(largest);
}

uint64_t cgroup_make_room(const struct sandbox_spec *spec, int cgroup2)
{
    char text[32];
    for (unsigned i = 0; spec->pids && i < spec->controller_count; i++) {
        const struct controller *controller = &spec->controllers[i];
        if (strcmp(controller->name, "pids") != 0)
            continue;
        int folder = controller->path[0] ? open_folder(controller->path) : cgroup2;
        ssize_t length = folder < 0 ? -1 : setting_read(folder, "pids.current", text, sizeof text);
        if (folder >= 0 && folder != cgroup2)
            close(folder);
        if (length <= 0)
            break;
        uint64_t count = strtoull(text, NULL, 10);
        if (cgroup2 >= 0 && count + ROOM > processes_max(spec))
            kill_largest(cgroup2);
        /* PID 1, the keeper with version 1, and the carrier are there for as long as the sandbox. */
        uint64_t own = 1u + (controller->path[0] != 0) + (spec->network.carrier[0] != 0);
        return count > own ? count - own : 0;
    }
    return PROCESSES_UNKNOWN;
}

uint64_t cgroup_cpu_us(int cgroup)
{
    return number_at(cgroup, "cpu.stat", "usage_usec");
}

uint64_t cgroup_oom_kills(const struct sandbox_spec *spec, int cgroup2)
{
    for (unsigned i = 0; i < spec->controller_count; i++) {
        const struct controller *controller = &spec->controllers[i];
        if (strcmp(controller->name, "memory") != 0)
            continue;
        if (!controller->path[0])
            return number_at(cgroup2, "memory.events", "oom_kill");
        int folder = open_folder(controller->path);
        if (folder < 0)
            return 0;
        uint64_t kills = number_at(folder, "memory.oom_control", "oom_kill");
        close(folder);
        return kills;
    }
    return 0;
}

bool cgroup_sweep(int cgroup2)
{
    int copy = openat(cgroup2, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    if (!folder)
        return false;
    bool left = false;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        if (unlinkat(cgroup2, entry->d_name, AT_REMOVEDIR) < 0 && errno != ENOENT &&
            strcmp(entry->d_name, CGROUP_CARRIER) != 0)
            left = true;
    }
    closedir(folder);
    return left;
}
