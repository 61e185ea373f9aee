/* The kernel's files of which each is one setting: those of control groups, of /proc/sys, of a process. */
#ifndef SANDLOT_SETTING_H
#define SANDLOT_SETTING_H

/* `name` below `folder` (AT_FDCWD: a path), which is there; -1 with errno when it does not take the text. */
int setting_write(int folder, const char *name, const char *text);

#endif
