#include "calls.h"

#if defined(__x86_64__)
/* In place of the machine's own numbers, which have the same names. */
#include <asm/unistd_32.h>

#define TABLE calls_i386
#include "calls_table.h"
#else
/* A file has at least one declaration. */
extern const struct calls calls_native;
#endif
