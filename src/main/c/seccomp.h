/* The filter of system calls that every command of a sandbox lives under (seccomp(2)). */
#ifndef SANDLOT_SECCOMP_H
#define SANDLOT_SECCOMP_H

#include "failure.h"

/* Assembles the filter; once, before any command. */
void seccomp_prepare(void);

/* Needs no_new_privs. Children inherit it; nothing takes it off again. */
int seccomp_install(struct failure *failure);

#endif
