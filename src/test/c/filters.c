/* The filter of system calls, asked about every number there is: the program is run here as the kernel would. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "calls.h"
#include "filter.h"
#include "seccomp.h"
#include "units.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif
/*
 * The kernel asks about each number whenever a command begins, so an answer takes no more steps than a tree has floors.
 */
#define STEPS_MAX 20
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define MISSING (SECCOMP_RET_ERRNO | ENOSYS)
#define NO_FAMILY (SECCOMP_RET_ERRNO | EAFNOSUPPORT)

static bool holds(const struct sock_filter *step, uint32_t seen)
{
    switch (BPF_OP(step->code)) {
    case BPF_JEQ:
        return seen == step->k;
    case BPF_JGE:
        return seen >= step->k;
    default:
        return (seen & step->k) != 0;
    }
}

/* What is answered to a call (bpf(4), seccomp(2)). */
static uint32_t ask(struct sock_fprog program, uint32_t architecture, uint32_t number, uint64_t argument)
{
    struct seccomp_data call = {.nr = (int)number, .arch = architecture, .args = {argument}};
    uint32_t seen = 0;
    for (unsigned at = 0, steps = 0; at < program.len; steps++) {
        const struct sock_filter *step = &program.filter[at++];
        if (BPF_CLASS(step->code) == BPF_RET) {
            require(steps <= STEPS_MAX, "an answer within few steps");
            return step->k;
        }
        if (BPF_CLASS(step->code) == BPF_LD)
            memcpy(&seen, (const char *)&call + step->k, sizeof seen);
        else if (BPF_OP(step->code) == BPF_JA)
            at += step->k;
        else
            at += holds(step, seen) ? step->jt : step->jf;
    }
    require(false, "an end of the filter");
    return 0;
}

static bool is_allowed(uint32_t number, const struct calls *calls)
{
    for (size_t i = 0; i < calls->count; i++)
        if (calls->allowed[i] == number)
            return true;
    return false;
}

static bool is_looked_into(uint32_t number, const struct calls *calls)
{
    return number == calls->clone || number == calls->clone3 || number == calls->personality ||
           number == calls->socket || number == calls->socketpair || number == calls->socketcall ||
           number == calls->io_setup;
}

static void requires_table(struct sock_fprog filter, uint32_t architecture, const struct calls *calls)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < calls->count; i++)
        highest = calls->allowed[i] > highest ? calls->allowed[i] : highest;
    for (uint32_t number = 0; number < 5000; number++) {
        uint32_t answer = ask(filter, architecture, number, 0);
        if (is_allowed(number, calls))
            require(answer == SECCOMP_RET_ALLOW, "a call of the table");
        else if (!is_looked_into(number, calls))
            require(answer == (number > highest ? MISSING : REFUSED), "a call that is not in the table");
    }
    for (uint32_t bit = 13; bit < 32; bit++)
        require(ask(filter, architecture, 1u << bit, 0) == MISSING, "a number beyond all");
}

static void requires_families(struct sock_fprog filter, uint32_t architecture, const struct calls *calls)
{
    for (uint32_t family = 0; family < 256; family++) {
        bool known = family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK;
        uint32_t wanted = known ? SECCOMP_RET_ALLOW : NO_FAMILY;
        require(ask(filter, architecture, calls->socket, family) == wanted, "a socket's family");
        require(ask(filter, architecture, calls->socketpair, family) == wanted, "the family of a pair");
    }
    /* socketcall(2): 1 is a socket, 8 a pair. */
    for (uint32_t call = 0; calls->socketcall != NO_CALL && call < 32; call++)
        require(ask(filter, architecture, calls->socketcall, call) ==
                    (call == 1 || call == 8 ? NO_FAMILY : SECCOMP_RET_ALLOW),
                "the old way to sockets");
}

static void requires_looks(struct sock_fprog filter, uint32_t architecture, const struct calls *calls)
{
    require(ask(filter, architecture, calls->clone, SIGCHLD) == SECCOMP_RET_ALLOW, "a fork");
    for (uint32_t bit = 0; bit < 32; bit++) {
        bool makes = (1u << bit) & (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
                                    CLONE_NEWUTS | CLONE_NEWCGROUP);
        require(ask(filter, architecture, calls->clone, 1u << bit) == (makes ? REFUSED : SECCOMP_RET_ALLOW),
                "a new namespace");
        require(ask(filter, architecture, calls->personality, 1u << bit) ==
                    ((1u << bit) & (0x8 | 0x20000 | 0x40000) ? SECCOMP_RET_ALLOW : REFUSED),
                "a personality");
    }
    require(ask(filter, architecture, calls->personality, 0xffffffff) == SECCOMP_RET_ALLOW,
            "asking for the personality");
    require(ask(filter, architecture, calls->clone3, 0) == MISSING, "clone3");
    require(ask(filter, architecture, calls->io_setup, 0) == MISSING, "io_setup");
}

static void requires_all(struct sock_fprog filter, uint32_t architecture, const struct calls *calls)
{
    requires_table(filter, architecture, calls);
    requires_families(filter, architecture, calls);
    requires_looks(filter, architecture, calls);
}

void each_call_is_answered_as_the_table_has_it(void)
{
    struct failure failure;
    require(seccomp_prepare(&failure) == 0, "a filter");
    struct sock_fprog filter = seccomp_program();
    requires_all(filter, NATIVE, &calls_native);
#if defined(__x86_64__)
    requires_all(filter, AUDIT_ARCH_I386, &calls_i386);
#endif
    require(ask(filter, AUDIT_ARCH_MIPS, 0, 0) == SECCOMP_RET_KILL_PROCESS, "a program of another machine");
}

/* A condition by itself reaches no further than 255 steps. */
void a_far_step_is_reached(void)
{
    static struct filter far;
    filter_begin(&far);
    step yes = filter_answer(&far, SECCOMP_RET_ALLOW), no = filter_answer(&far, SECCOMP_RET_KILL_PROCESS), near = no;
    for (unsigned i = 0; i < 600; i++)
        near = filter_answer(&far, SECCOMP_RET_TRAP);
    filter_if_equal(&far, 7, yes, filter_if_at_least(&far, 9, no, near));
    filter_load(&far, 0);
    struct sock_fprog program = {.len = (unsigned short)(FILTER_MAX - far.first), .filter = far.steps + far.first};
    require(!far.overflow && ask(program, NATIVE, 7, 0) == SECCOMP_RET_ALLOW, "a far step");
    require(ask(program, NATIVE, 8, 0) == SECCOMP_RET_TRAP, "a near one");
    require(ask(program, NATIVE, 9, 0) == SECCOMP_RET_KILL_PROCESS, "another far one");
    for (unsigned i = 0; i < FILTER_MAX; i++)
        filter_answer(&far, SECCOMP_RET_TRAP);
    require(far.overflow, "no more room than there is");
}
