/* The numbers of one architecture's system calls, for a filter. */
#ifndef SANDLOT_CALLS_H
#define SANDLOT_CALLS_H

#include <stddef.h>
#include <stdint.h>

/* Of those that are looked at more closely; what an architecture does not have is NO_CALL. */
#define NO_CALL UINT32_MAX

struct calls {
    const uint32_t *allowed;
    size_t count;
    uint32_t clone, clone3, personality, socket, socketpair, socketcall, io_setup;
};

/* The machine's own. */
extern const struct calls calls_native;

#if defined(__x86_64__)
/* Of programs of 32 bits (i386). */
extern const struct calls calls_i386;
#endif

#endif
