#include "calls.h"

#include <sys/syscall.h>

#include "numbers.h"

#if defined(__x86_64__) && !defined(__NR_uretprobe)
#define __NR_uretprobe 335
#endif

static const uint32_t allowed[] = {
#include "syscalls.inc"
};

const struct calls calls_native = {.allowed = allowed,
                                   .count = sizeof allowed / sizeof *allowed,
                                   .clone = __NR_clone,
                                   .clone3 = __NR_clone3,
                                   .personality = __NR_personality,
                                   .socket = __NR_socket,
                                   .socketpair = __NR_socketpair,
                                   .socketcall = NO_CALL,
                                   .io_setup = __NR_io_setup};
