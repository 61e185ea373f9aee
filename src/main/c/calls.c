#include <sys/syscall.h>

#if defined(__x86_64__) && !defined(__NR_uretprobe)
#define __NR_uretprobe 335
#endif

#define TABLE calls_native
#include "calls_table.h"
