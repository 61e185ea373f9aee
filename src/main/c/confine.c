#include "confine.h"

#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seccomp.h"
#include "sysfs.h"

/* Of tens of thousands, and of 800 KiB: one queue as programs ask for it. */
#define SIGNALS_MAX 4096u
#define QUEUES_MAX (128u * 1024)
/*
 * The tree that finds a file's pages grows with the file's length, however few they are: with 64 GiB by less than half.
 */
#define FILE_MAX (64ull << 30)
#define BIT(capability) (1ull << (capability))

/* The OCI default set without MKNOD, SYS_CHROOT, NET_RAW and AUDIT_WRITE, which no command here has a use for. */
static const uint64_t allowed = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) | BIT(CAP_FSETID) |
                                BIT(CAP_KILL) | BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP) |
                                BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SETFCAP);

static int set_capabilities(uint64_t capabilities)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    for (unsigned i = 0; i < 2; i++) {
        data[i].effective = (uint32_t)(capabilities >> (32 * i));
        data[i].permitted = data[i].effective;
    }
    return (int)syscall(SYS_capset, &header, data);
}

/* No program that is executed gets more than these. */
static int bound_capabilities(uint64_t kept, struct failure *failure)
{
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned capability = 0; capability < 64; capability++) {
        if (kept & BIT(capability) || prctl(PR_CAPBSET_READ, capability) != 1)
            continue;
        if (prctl(PR_CAPBSET_DROP, capability) < 0)
            return failed(failure, "drop", "a capability");
    }
    return 0;
}

static int keep_capabilities(uint64_t kept, struct failure *failure)
{
    return set_capabilities(geteuid() == 0 ? kept : 0) < 0 ? failed(failure, "set", "the capabilities") : 0;
}

int confine_init(struct failure *failure)
{
    if (bound_capabilities(0, failure) < 0 || keep_capabilities(0, failure) < 0)
        return -1;
    if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return failed(failure, "confine", "the sandbox's PID 1");
    return 0;
}

/* Limits are lowered only: raising one needs a right that the keeper may not have. */
static int limit(int resource, rlim_t most, struct failure *failure)
{
    struct rlimit now;
    if (getrlimit(resource, &now) < 0)
        return failed(failure, "read", "a resource limit");
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    struct rlimit wanted = {.rlim_cur = most, .rlim_max = most};
    return setrlimit(resource, &wanted) < 0 ? failed(failure, "set", "a resource limit") : 0;
}

/*
 * Root gives each sandbox an owner of its own (sandbox.c). Where he does not, the kernel counts pending signals, timers
 * among them, and the bytes of message queues for all sandboxes as one user's: no sandbox is to have them all.
 */
static void share_of_user(const struct sandbox_spec *spec)
{
    struct failure ignored;
    if (spec->uid_count > 0 && !spec->inside)
        return;
    /* A container's own kernel may not know them, and then divides nothing. */
    limit(RLIMIT_SIGPENDING, SIGNALS_MAX, &ignored);
    limit(RLIMIT_MSGQUEUE, QUEUES_MAX, &ignored);
}

/* Without a cgroup's limit the classic ones stand in; they count by process (data) and by user (processes). */
int confine_bounds(const struct sandbox_spec *spec, struct failure *failure)
{
    if (limit(RLIMIT_CORE, 0, failure) < 0)
        return -1;
    if (spec->open_files && limit(RLIMIT_NOFILE, spec->open_files, failure) < 0)
        return -1;
    if (spec->memory_bytes && !sandbox_spec_has_controller(spec, "memory") &&
        limit(RLIMIT_DATA, spec->memory_bytes, failure) < 0)
        return -1;
    if (limit(RLIMIT_FSIZE, FILE_MAX, failure) < 0)
        return -1;
    share_of_user(spec);
    return bound_capabilities(allowed, failure);
}

/*
 * As many processors as the sandbox may use, so that programs start as many threads as it can run. Which of them: by
 * the sandbox's ids, so that neighbours get different ones. A command may undo it; its share of time stays what it is.
 */
static void choose_processors(const struct sandbox_spec *spec)
{
    cpu_set_t all, some;
    unsigned count = sysfs_processors(spec), host;
    if (sched_getaffinity(0, sizeof all, &all) < 0 || (host = (unsigned)CPU_COUNT(&all)) <= count)
        return;
    unsigned first = spec->uid_base / 65536 * count % host;
    CPU_ZERO(&some);
    for (unsigned cpu = 0, index = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &all))
            continue;
        if ((index + host - first) % host < count)
            CPU_SET(cpu, &some);
        index++;
    }
    sched_setaffinity(0, sizeof some, &some);
}

/*
 * Whether this user has so many processes at most, one more included: nothing but the limit itself tells, threads and
 * all.
 */
static bool has_at_most(rlim_t many)
{
    struct rlimit now;
    if (getrlimit(RLIMIT_NPROC, &now) < 0)
        return false;
    now.rlim_cur = many < now.rlim_max ? many : now.rlim_max;
    if (setrlimit(RLIMIT_NPROC, &now) < 0)
        return false;
    pid_t child = vfork();
    if (child == 0)
        _exit(0);
    if (child < 0)
        return false;
    waitpid(child, NULL, 0);
    return true;
}

/*
 * All that its user has when a command is alone: PID 1, itself and who tries; and keepers and wardens, where these are
 * his too.
 */
static rlim_t alone(const struct sandbox_spec *spec)
{
    if (spec->inside)
        return 4;
    if (spec->uid_count > 0)
        return 3;
    return spec->cgroup2[0] ? 4 : 5;
}

/*
 * By user; the cgroup counts all. A command that does not begin alone may have a few more than those that did, and one
 * that finds many twice as many more: or it could not look for what these have left, nor kill it. Many are half, for
 * the processes of a bomb come and go.
 */
static rlim_t processes_allowed(const struct sandbox_spec *spec, uint64_t others)
{
    bool known = others != PROCESSES_UNKNOWN;
    rlim_t reserve = sandbox_spec_pids_reserve(spec);
    if (known ? others == 0 : has_at_most(alone(spec)))
        return spec->pids;
    if (known ? others < spec->pids / 2 : has_at_most(spec->pids / 2))
        return spec->pids + reserve / 2;
    return spec->pids + reserve;
}

int confine_command(const struct sandbox_spec *spec, uint64_t others, struct failure *failure)
{
    /* Only now: who changes his user id while that one has as many processes as he may can't execute (setresuid(2)). */
    if (spec->pids && limit(RLIMIT_NPROC, processes_allowed(spec, others), failure) < 0)
        return -1;
    choose_processors(spec);
    if (keep_capabilities(allowed, failure) < 0)
        return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return failed(failure, "forbid", "new privileges");
    return seccomp_install(failure);
}
