/* The filter of system calls that every command of a sandbox lives under (seccomp(2)). */
#ifndef SANDLOT_SECCOMP_H
#define SANDLOT_SECCOMP_H

#include <linux/filter.h>

#include "failure.h"

/* Assembles the filter; once, before any command. */
int seccomp_prepare(struct failure *failure);

/* That filter, as the kernel takes it. */
struct sock_fprog seccomp_program(void);

/* Needs no_new_privs. Children inherit it; nothing takes it off again. */
int seccomp_install(struct failure *failure);

#endif
