#include "devices.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "mounts.h"

/* The OCI runtimes' usual lists; what a kernel does not have is passed over. */
static const char *const masked[] = {"acpi",          "asound", "interrupts", "kcore",       "keys",
                                     "latency_stats", "scsi",   "timer_list", "timer_stats", "sched_debug"};
static const char *const read_only[] = {"bus", "fs", "irq", "sys", "sysrq-trigger"};
static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
static const char *const links[][2] = {{"/proc/self/fd", "fd"},
                                       {"/proc/self/fd/0", "stdin"},
                                       {"/proc/self/fd/1", "stdout"},
                                       {"/proc/self/fd/2", "stderr"},
                                       {"pts/ptmx", "ptmx"}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int mask(const char *path, struct failure *failure)
{
    struct stat status;
    if (lstat(path, &status) < 0)
        return 0;
    if (!S_ISDIR(status.st_mode))
        return mounts_bind("/dev/null", path, ATTR_RDONLY, failure);
    if (mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=1") < 0)
        return failed(failure, "mask", path);
    return 0;
}

static int mount_proc(const char *root, struct failure *failure)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/proc", root);
    if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return failed(failure, "mount proc", "/proc");
    for (unsigned i = 0; i < COUNT(read_only); i++) {
        snprintf(path, sizeof path, "%s/proc/%s", root, read_only[i]);
        if (access(path, F_OK) == 0 &&
            mounts_bind(path, path, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC, failure) < 0)
            return -1;
    }
    for (unsigned i = 0; i < COUNT(masked); i++) {
        snprintf(path, sizeof path, "%s/proc/%s", root, masked[i]);
        if (mask(path, failure) < 0)
            return -1;
    }
    return 0;
}

static int mount_pts(const char *root, struct failure *failure)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/dev/pts", root);
    if (make_folder(path, 0755, failure) < 0)
        return -1;
    /* The kernel has a few thousand for all (kernel.pty.max): no sandbox has more than a few of them. */
    if (mount("devpts", path, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,max=64") < 0)
        return failed(failure, "mount devpts", "/dev/pts");
    return 0;
}

static int device_links(const char *root, struct failure *failure)
{
    char path[PATH_MAX];
    for (unsigned i = 0; i < COUNT(links); i++) {
        snprintf(path, sizeof path, "%s/dev/%s", root, links[i][1]);
        if (symlink(links[i][0], path) < 0)
            return failed(failure, "link", links[i][1]);
    }
    return 0;
}

int devices_mount(const char *root, const char *shm, struct failure *failure)
{
    char path[PATH_MAX];
    if (mount_proc(root, failure) < 0)
        return -1;
    snprintf(path, sizeof path, "%s/dev", root);
    if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k,nr_inodes=64") < 0)
        return failed(failure, "mount tmpfs", "/dev");
    for (unsigned i = 0; i < COUNT(nodes); i++) {
        char from[32];
        snprintf(from, sizeof from, "/dev/%s", nodes[i]);
        snprintf(path, sizeof path, "%s/dev/%s", root, nodes[i]);
        /*
         * They are the host's. One may write to a device of a read-only mount, but not change its mode, owner or times,
         * whoever one is; and who is root inside may be the host's root, where that has no other ids to give (idmap.c).
         */
        if (make_file(path, "", failure) < 0 ||
            mounts_bind(from, path, ATTR_RDONLY | ATTR_NOSUID | ATTR_NOEXEC, failure) < 0)
            return -1;
    }
    snprintf(path, sizeof path, "%s/dev/shm", root);
    if (make_folder(path, 01777, failure) < 0 ||
        mounts_bind(shm, path, ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC, failure) < 0)
        return -1;
    return mount_pts(root, failure) < 0 ? -1 : device_links(root, failure);
}
