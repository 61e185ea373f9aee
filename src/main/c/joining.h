/*
 * A text that is too long for one argument is one all the same when its shell begins: between the execve(2) that brings
 * the pieces and the shell's first step a process of the keeper's own, which traces it (ptrace(2)), puts them together.
 * Pieces lie one behind the other in the shell's memory, so that what is written is the text, and in place of the
 * pieces' addresses options that have been said already. Where that can't be done (gVisor, a keeper in its sandbox's
 * user namespace with control groups, a kernel where nobody may trace) the shell joins them itself (shell.h).
 */
#ifndef SANDLOT_JOINING_H
#define SANDLOT_JOINING_H

#include <stdbool.h>
#include <sys/types.h>

#include "spec.h"

/* For the process that is to become the shell, before it joins the sandbox: its parent will call joining_attend. */
void joining_by_parent(const struct exec_spec *spec);

/* The same where the parent is the keeper, which has others to look after: by a process that ends when that is done. */
void joining_by_other(const struct exec_spec *spec);

/* For who waits for it: it has stopped, as waitpid(2) says. Goes on at once. */
void joining_attend(pid_t shell, int status, const struct exec_spec *spec);

#endif
