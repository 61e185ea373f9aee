/* The kernel's files of text: settings of control groups, of /proc/sys, of a process, and what it tells of these. */
#ifndef SANDLOT_SETTING_H
#define SANDLOT_SETTING_H

#include <stddef.h>
#include <sys/types.h>

/* `name` below `folder` (AT_FDCWD: a path), which is there; -1 with errno when it does not take the text. */
int setting_write(int folder, const char *name, const char *text);

/* As much of it as there is room for, with a NUL behind; its length, or -1 with errno and an empty text. */
ssize_t setting_read(int folder, const char *name, char *text, size_t size);

#endif
