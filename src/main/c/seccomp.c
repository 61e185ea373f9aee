#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

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
#define FIRST_UNKNOWN 471u /* Linux 6.18 ends at 470; x32's numbers lie far above */
#define INSTRUCTIONS_MAX 1024

static const uint32_t allowed[] = {
#include "syscalls.inc"
};

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
static void process_rules(void)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 4);
    load(LOW_WORD(0));
    emit(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1);
    answer(SECCOMP_RET_ERRNO | EPERM);
    answer(SECCOMP_RET_ALLOW);
    answer_if(__NR_clone3, SECCOMP_RET_ERRNO | ENOSYS);
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

/* personality(2): asking, and the default; others turn protections off. */
static void personality_rules(void)
{
    emit(BPF_JMP | BPF_JEQ | BPF_K, __NR_personality, 0, 5);
    load(LOW_WORD(0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, PERSONALITY_QUERY, 0, 1);
    answer(SECCOMP_RET_ALLOW);
    answer(SECCOMP_RET_ERRNO | EPERM);
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Neighbouring numbers become one range, so the table is a few dozen comparisons. */
static void table_rules(void)
{
    size_t count = sizeof allowed / sizeof allowed[0];
    uint32_t sorted[sizeof allowed / sizeof allowed[0]];
    for (size_t i = 0; i < count; i++)
        sorted[i] = allowed[i];
    qsort(sorted, count, sizeof sorted[0], by_number);
    for (size_t first = 0, last; first < count; first = last + 1) {
        for (last = first; last + 1 < count && sorted[last + 1] == sorted[last] + 1; last++)
            ;
        emit(BPF_JMP | BPF_JGE | BPF_K, sorted[first], 0, 2);
        emit(BPF_JMP | BPF_JGT | BPF_K, sorted[last], 1, 0);
        answer(SECCOMP_RET_ALLOW);
    }
}

void seccomp_prepare(void)
{
    load(FIELD(arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    answer(SECCOMP_RET_ERRNO | ENOSYS);
    load(FIELD(nr));
    process_rules();
    socket_rules(__NR_socket);
    socket_rules(__NR_socketpair);
    /* Its events are counted for the whole host (fs.aio-max-nr): one sandbox would have them all. Programs do without. */
    answer_if(__NR_io_setup, SECCOMP_RET_ERRNO | ENOSYS);
    personality_rules();
    table_rules();
    /* Unknown to the table: EPERM, as the OCI default has it; what is newer than the table does not exist here. */
    emit(BPF_JMP | BPF_JGE | BPF_K, FIRST_UNKNOWN, 0, 1);
    answer(SECCOMP_RET_ERRNO | ENOSYS);
    answer(SECCOMP_RET_ERRNO | EPERM);
}

int seccomp_install(struct failure *failure)
{
    struct sock_fprog filter = {.len = length, .filter = program};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
        return failed(failure, "install", "the system call filter");
    return 0;
}
