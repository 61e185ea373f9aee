/* System calls and constants that the C library does not wrap. Each returns -1 with errno, as the library would. */
#ifndef SANDLOT_KERNEL_H
#define SANDLOT_KERNEL_H

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1u
#endif
#define OPEN_TREE_CLOEXEC_FLAG ((unsigned)O_CLOEXEC)
#define TREE_RECURSIVE 0x8000u /* AT_RECURSIVE */
#define TREE_EMPTY_PATH 0x1000u /* AT_EMPTY_PATH */
#define MOVE_FROM_EMPTY_PATH 0x4u /* MOVE_MOUNT_F_EMPTY_PATH */

#define ATTR_RDONLY 0x1ull
#define ATTR_NOSUID 0x2ull
#define ATTR_NODEV 0x4ull
#define ATTR_NOEXEC 0x8ull
#define ATTR_IDMAP 0x100000ull

/* struct mount_attr of mount_setattr(2) */
struct mount_attributes {
    uint64_t set;
    uint64_t clear;
    uint64_t propagation;
    uint64_t userns_fd;
};

static inline int kernel_open_tree(const char *path, unsigned flags)
{
    return (int)syscall(SYS_open_tree, AT_FDCWD, path, flags);
}

static inline int kernel_mount_setattr(int fd, unsigned flags, struct mount_attributes *attributes)
{
    return (int)syscall(SYS_mount_setattr, fd, "", flags | TREE_EMPTY_PATH, attributes, sizeof *attributes);
}

static inline int kernel_move_mount(int fd, const char *to)
{
    return (int)syscall(SYS_move_mount, fd, "", AT_FDCWD, to, MOVE_FROM_EMPTY_PATH);
}

static inline int kernel_pivot_root(const char *root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, root, put_old);
}

/* Closes `first` and all above it. */
static inline int kernel_close_from(unsigned first)
{
    if (syscall(SYS_close_range, first, ~0u, 0u) == 0)
        return 0;
    /* Before Linux 5.9, and in kernels that imitate it. */
    for (long fd = first, last = sysconf(_SC_OPEN_MAX); fd < last && fd < 65536; fd++)
        close((int)fd);
    return 0;
}

/* Forks into the given namespaces and, unless it is -1, cgroup (clone3(2)); hands out a pidfd. */
static inline pid_t kernel_clone(uint64_t flags, int cgroup, int *pidfd)
{
    struct clone_args args = {
        .flags = flags | CLONE_PIDFD | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
        .pidfd = (uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
        .cgroup = cgroup >= 0 ? (unsigned)cgroup : 0u,
    };
    return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

static inline int kernel_pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0u);
}

static inline int kernel_pidfd_send_signal(int pidfd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, (void *)0, 0u);
}

#endif
