#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "calls.h"
#include "filter.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no system call filter for this architecture"
#endif

#define NEW_NAMESPACES                                                                                                 \
    (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define FIELD(name) offsetof(struct seccomp_data, name)
#define LOW_WORD(argument) (FIELD(args) + 8u * (argument)) /* little endian on both architectures */
#define PERSONALITY_QUERY 0xffffffffu
/*
 * To be a Linux of 32 bits (setarch linux32) or of version 2.6, and to have no random addresses (setarch -R,
 * debuggers).
 */
#define PERSONALITY_HARMLESS (0x8u | 0x20000u | 0x40000u)
/* socketcall(2)'s own numbers. */
#define CALL_SOCKET 1u
#define CALL_SOCKETPAIR 8u
/* Above all numbers that there are, on any architecture. */
#define NUMBERS_MAX 1024u

static struct filter filter;

/* The same for all that is decided by the number alone. */
struct answers {
    step allow, refuse, unknown;
};

/* What each number leads to; `count` and all above it are newer than the table. */
struct table {
    step of[NUMBERS_MAX + 1];
    uint32_t count;
};

/* clone(2) without new namespaces. */
static step clone_rule(const struct answers *answers)
{
    filter_if_any(&filter, NEW_NAMESPACES, answers->refuse, answers->allow);
    return filter_load(&filter, LOW_WORD(0));
}

/*
 * Sockets, and pairs of them, of the families that programs use; AF_VSOCK would reach the hypervisor, AF_TIPC other
 * hosts, and the code of any family is loaded into the kernel when it is named first.
 */
static step socket_rule(const struct answers *answers, step no_family)
{
    step at = filter_if_equal(&filter, AF_NETLINK, answers->allow, no_family);
    at = filter_if_equal(&filter, AF_INET6, answers->allow, at);
    at = filter_if_equal(&filter, AF_INET, answers->allow, at);
    filter_if_equal(&filter, AF_UNIX, answers->allow, at);
    return filter_load(&filter, LOW_WORD(0));
}

/*
 * The old way to all calls for sockets hides the family behind a pointer: it makes none. Those that are there may be
 * used.
 */
static step socketcall_rule(const struct answers *answers, step no_family)
{
    step at = filter_if_equal(&filter, CALL_SOCKETPAIR, no_family, answers->allow);
    filter_if_equal(&filter, CALL_SOCKET, no_family, at);
    return filter_load(&filter, LOW_WORD(0));
}

/* personality(2): asking, and what harms nobody; others turn protections off, or are of systems that are no more. */
static step personality_rule(const struct answers *answers)
{
    step at = filter_if_any(&filter, ~PERSONALITY_HARMLESS, answers->refuse, answers->allow);
    filter_if_equal(&filter, PERSONALITY_QUERY, answers->allow, at);
    return filter_load(&filter, LOW_WORD(0));
}

static void lead(struct table *table, uint32_t number, step to)
{
    if (number == NO_CALL)
        return;
    filter.overflow |= number >= NUMBERS_MAX;
    if (number < NUMBERS_MAX)
        table->of[number] = to;
}

/* What is newer than all of the table does not exist here, so that libraries go the older way; the rest is refused. */
static void fill(struct table *table, const struct calls *calls, const struct answers *answers)
{
    table->count = 0;
    for (size_t i = 0; i < calls->count; i++)
        if (calls->allowed[i] >= table->count && calls->allowed[i] < NUMBERS_MAX)
            table->count = calls->allowed[i] + 1;
    for (uint32_t number = 0; number < table->count; number++)
        table->of[number] = answers->refuse;
    table->of[table->count] = answers->unknown;
    for (size_t i = 0; i < calls->count; i++)
        lead(table, calls->allowed[i], answers->allow);
}

static void fill_special(struct table *table, const struct calls *calls, const struct answers *answers)
{
    step no_family = filter_answer(&filter, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
    step sockets = socket_rule(answers, no_family);
    lead(table, calls->socket, sockets);
    lead(table, calls->socketpair, sockets);
    if (calls->socketcall != NO_CALL)
        lead(table, calls->socketcall, socketcall_rule(answers, no_family));
    lead(table, calls->clone, clone_rule(answers));
    /* It hides its flags behind a pointer, so libc is sent back to clone. */
    lead(table, calls->clone3, answers->unknown);
    lead(table, calls->personality, personality_rule(answers));
    /*
     * Its events are counted for the whole host (fs.aio-max-nr): one sandbox would have them all. Programs do without.
     */
    lead(table, calls->io_setup, answers->unknown);
}

/* Of runs of numbers that lead to the same, by where each begins. */
static step search(const struct table *table, const uint32_t *runs, size_t count)
{
    if (count == 1)
        return table->of[runs[0]];
    size_t half = count / 2;
    step upper = search(table, runs + half, count - half), lower = search(table, runs, half);
    return filter_if_at_least(&filter, runs[half], upper, lower);
}

/*
 * Half of what is left at each step: when a filter is installed the kernel asks it about each number that there is (it
 * remembers what is always allowed), so each command waits for that.
 */
static step rules(const struct calls *calls)
{
    struct answers answers = {.allow = filter_answer(&filter, SECCOMP_RET_ALLOW),
                              .refuse = filter_answer(&filter, SECCOMP_RET_ERRNO | EPERM),
                              .unknown = filter_answer(&filter, SECCOMP_RET_ERRNO | ENOSYS)};
    struct table table;
    uint32_t runs[NUMBERS_MAX + 1];
    size_t count = 1;
    fill(&table, calls, &answers);
    fill_special(&table, calls, &answers);
    runs[0] = 0;
    for (uint32_t number = 1; number <= table.count; number++)
        if (table.of[number] != table.of[number - 1])
            runs[count++] = number;
    search(&table, runs, count);
    return filter_load(&filter, FIELD(nr));
}

int seccomp_prepare(struct failure *failure)
{
    filter_begin(&filter);
    /* A program of another kind ends, and whoever waits for it says "Bad system call". */
    step otherwise = filter_answer(&filter, SECCOMP_RET_KILL_PROCESS);
#if defined(__x86_64__)
    step i386 = rules(&calls_i386);
#endif
    step native = rules(&calls_native);
#if defined(__x86_64__)
    otherwise = filter_if_equal(&filter, AUDIT_ARCH_I386, i386, otherwise);
#endif
    filter_if_equal(&filter, ARCHITECTURE, native, otherwise);
    filter_load(&filter, FIELD(arch));
    return filter.overflow ? failed_with(failure, "assemble", "the system call filter", E2BIG) : 0;
}

struct sock_fprog seccomp_program(void)
{
    return (struct sock_fprog){.len = (unsigned short)(FILTER_MAX - filter.first),
                               .filter = filter.steps + filter.first};
}

int seccomp_install(struct failure *failure)
{
    struct sock_fprog program = seccomp_program();
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        return failed(failure, "install", "the system call filter");
    return 0;
}
