/* Bytes that another program reads as a file. */
#ifndef SANDLOT_SEALED_H
#define SANDLOT_SEALED_H

#include <stddef.h>

/* All of them, however many calls that takes; -1 with errno when it can't be done. */
int write_all(int fd, const void *bytes, size_t length);

/* A file in memory that nobody can change, open at its start; -1 with errno when it can't be made. */
int sealed_file(const char *name, const void *bytes, size_t length);

#endif
