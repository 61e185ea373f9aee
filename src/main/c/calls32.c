#include "calls.h"

#if defined(__x86_64__)
/* In place of the machine's own numbers, which have the same names. */
#include <asm/unistd_32.h>

#include "numbers.h"

static const uint32_t allowed[] = {
#include "syscalls.inc"
};

const struct calls calls_i386 = {.allowed = allowed,
                                 .count = sizeof allowed / sizeof *allowed,
                                 .clone = __NR_clone,
                                 .clone3 = __NR_clone3,
                                 .personality = __NR_personality,
                                 .socket = __NR_socket,
                                 .socketpair = __NR_socketpair,
                                 .socketcall = __NR_socketcall,
                                 .io_setup = __NR_io_setup};
#else
/* A file has at least one declaration. */
extern const struct calls calls_native;
#endif
