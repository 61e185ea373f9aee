#include "idmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "child.h"
#include "kernel.h"
#include "setting.h"

#define TOOL_TIMEOUT_MS 5000

static int write_file(pid_t pid, const char *name, const char *text, struct failure *failure)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return setting_write(AT_FDCWD, path, text) < 0 ? failed(failure, "write", name) : 0;
}

static int map_range(const struct sandbox_spec *spec, pid_t pid, struct failure *failure)
{
    char map[64];
    snprintf(map, sizeof map, "0 %u %u\n", spec->uid_base, spec->uid_count);
    return write_file(pid, "uid_map", map, failure) < 0 ? -1 : write_file(pid, "gid_map", map, failure);
}

/* Who has no privilege outside maps his own ids only, and must give up setgroups first. */
static int map_own(pid_t pid, struct failure *failure)
{
    char uids[64], gids[64];
    snprintf(uids, sizeof uids, "0 %u 1\n", geteuid());
    snprintf(gids, sizeof gids, "0 %u 1\n", getegid());
    if (write_file(pid, "setgroups", "deny", failure) < 0 || write_file(pid, "uid_map", uids, failure) < 0)
        return -1;
    return write_file(pid, "gid_map", gids, failure);
}

static _Noreturn void run(const char *tool, pid_t pid, unsigned own, uint32_t first, uint32_t count)
{
    char target[16], self[16], from[16], length[16];
    static char *const nothing[] = {NULL};
    snprintf(target, sizeof target, "%d", pid);
    snprintf(self, sizeof self, "%u", own);
    snprintf(from, sizeof from, "%u", first);
    snprintf(length, sizeof length, "%u", count);
    char one[] = "1", zero[] = "0";
    char *arguments[] = {(char *)(uintptr_t)tool, target, zero, self, one, one, from, length, NULL};
    child_free_signals();
    execve(tool, arguments, nothing);
    _exit(127);
}

/*
 * newuidmap(1): set-user-id, it gives a user what /etc/subuid grants him. Root inside stays himself, for his files'
 * sake.
 */
static int map_granted(const char *tool, pid_t pid, unsigned own, uint32_t first, uint32_t count,
                       struct failure *failure)
{
    int pidfd;
    pid_t child = kernel_clone(0, -1, &pidfd);
    if (child == 0)
        run(tool, pid, own, first, count);
    if (child < 0)
        return failed(failure, "start", tool);
    return child_succeeds(child, pidfd, TOOL_TIMEOUT_MS) ? 0 : failed_with(failure, "map user ids with", tool, EPERM);
}

int idmap_set(const struct sandbox_spec *spec, pid_t pid, struct failure *failure)
{
    const struct granted_ids *granted = &spec->granted;
    if (spec->uid_count > 0)
        return map_range(spec, pid, failure);
    if (!granted->uid_tool[0])
        return map_own(pid, failure);
    if (map_granted(granted->uid_tool, pid, geteuid(), granted->first_uid, granted->count, failure) < 0)
        return -1;
    return map_granted(granted->gid_tool, pid, getegid(), granted->first_gid, granted->count, failure);
}
