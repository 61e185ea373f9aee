#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "calls.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no system call filter for this architecture"
#endif

#define NEW_NAMESPACES (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))
#define LOW_WORD(argument) (FIELD(args) + 8u * (argument)) /* little endian on both architectures */
#define PERSONALITY_QUERY 0xffffffffu
/* To be a Linux of 32 bits (setarch linux32) or of version 2.6, and to have no random addresses (setarch -R, debuggers). */
#define PERSONALITY_HARMLESS (0x8u | 0x20000u | 0x40000u)
/* socketcall(2)'s own numbers. */
#define CALL_SOCKET 1u
#define CALL_SOCKETPAIR 8u
#define INSTRUCTIONS_MAX 1024
#define CALLS_MAX 512

static struct sock_filter program[INSTRUCTIONS_MAX];
static unsigned short length;

static void emit(uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
    program[length++] = (struct sock_filter)BPF_JUMP(code, k, if_true, if_false);
}

static void load(uint32_t offset)
{
    emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void answer(uint32_t action)
{
    emit(BPF_RET | BPF_K, action, 0, 0);
}

static void answer_if(uint32_t number, uint32_t action)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    answer(action);
}

/* clone(2) without new namespaces; clone3(2) hides its flags behind a pointer, so libc is sent back to clone. */
static void process_rules(const struct calls *calls)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, calls->clone, 0, 4);
    load(LOW_WORD(0));
    emit(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1);
    answer(SECCOMP_RET_ERRNO | EPERM);
    answer(SECCOMP_RET_ALLOW);
    answer_if(calls->clone3, SECCOMP_RET_ERRNO | ENOSYS);
}

/*
 * Sockets, and pairs of them, of the families that programs use; AF_VSOCK would reach the hypervisor, AF_TIPC other hosts,
 * and the code of any family is loaded into the kernel when it is named first.
 */
static void socket_rules(uint32_t number)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 7);
    load(LOW_WORD(0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 3, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 2, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 1, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1);
    answer(SECCOMP_RET_ALLOW);
    answer(SECCOMP_RET_ERRNO | EAFNOSUPPORT);
}

/* The old way to all calls for sockets hides the family behind a pointer: it makes none. Those that are there may be used. */
static void socketcall_rules(uint32_t number)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5);
    load(LOW_WORD(0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, CALL_SOCKET, 1, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, CALL_SOCKETPAIR, 0, 1);
    answer(SECCOMP_RET_ERRNO | EAFNOSUPPORT);
    answer(SECCOMP_RET_ALLOW);
}

/* personality(2): asking, and what harms nobody; others turn protections off, or are of systems that are no more. */
static void personality_rules(uint32_t number)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5);
    load(LOW_WORD(0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, PERSONALITY_QUERY, 1, 0);
    emit(BPF_JMP | BPF_JSET | BPF_K, ~PERSONALITY_HARMLESS, 1, 0);
    answer(SECCOMP_RET_ALLOW);
    answer(SECCOMP_RET_ERRNO | EPERM);
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Neighbouring numbers become one range, so the table is a few dozen comparisons. Returns the highest number. */
static uint32_t table_rules(const struct calls *calls)
{
    uint32_t sorted[CALLS_MAX];
    size_t count = calls->count < CALLS_MAX ? calls->count : CALLS_MAX;
    memcpy(sorted, calls->allowed, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], by_number);
    for (size_t first = 0, last; first < count; first = last + 1) {
        for (last = first; last + 1 < count && sorted[last + 1] == sorted[last] + 1; last++)
            ;
        emit(BPF_JMP | BPF_JGE | BPF_K, sorted[first], 0, 2);
        emit(BPF_JMP | BPF_JGT | BPF_K, sorted[last], 1, 0);
        answer(SECCOMP_RET_ALLOW);
    }
    return sorted[count - 1];
}

static void rules(const struct calls *calls)
{
    load(FIELD(nr));
    process_rules(calls);
    socket_rules(calls->socket);
    socket_rules(calls->socketpair);
    if (calls->socketcall != NO_CALL)
        socketcall_rules(calls->socketcall);
    /* Its events are counted for the whole host (fs.aio-max-nr): one sandbox would have them all. Programs do without. */
    answer_if(calls->io_setup, SECCOMP_RET_ERRNO | ENOSYS);
    personality_rules(calls->personality);
    uint32_t highest = table_rules(calls);
    /* What is newer than all of the table does not exist here, so that libraries go the older way; the rest is refused. */
    emit(BPF_JMP | BPF_JGT | BPF_K, highest, 0, 1);
    answer(SECCOMP_RET_ERRNO | ENOSYS);
    answer(SECCOMP_RET_ERRNO | EPERM);
}

void seccomp_prepare(void)
{
    load(FIELD(arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    unsigned short foreign = length;
    emit(BPF_JMP | BPF_JA, 0, 0, 0);
    rules(&calls_native);
    program[foreign].k = length - foreign - 1u;
#if defined(__x86_64__)
    emit(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS);
    rules(&calls_i386);
#else
    /* A program of 32 bits ends, and whoever waits for it says "Bad system call". */
    answer(SECCOMP_RET_KILL_PROCESS);
#endif
}

int seccomp_install(struct failure *failure)
{
    struct sock_fprog filter = {.len = length, .filter = program};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
        return failed(failure, "install", "the system call filter");
    return 0;
}
