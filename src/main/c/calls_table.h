/*
 * Defines TABLE, the numbers of the architecture whose header of them has been included. No guard: once for each of
 * them.
 */
#include "calls.h"
#include "numbers.h"

static const uint32_t allowed[] = {
#include "syscalls.inc"
};

#ifndef __NR_socketcall
#define __NR_socketcall NO_CALL
#endif

const struct calls TABLE = {.allowed = allowed,
                            .count = sizeof allowed / sizeof *allowed,
                            .clone = __NR_clone,
                            .clone3 = __NR_clone3,
                            .personality = __NR_personality,
                            .socket = __NR_socket,
                            .socketpair = __NR_socketpair,
                            .socketcall = __NR_socketcall,
                            .io_setup = __NR_io_setup};
