/* How a command becomes the arguments of the shell that runs it. */
#ifndef SANDLOT_SHELL_H
#define SANDLOT_SHELL_H

#include <stdbool.h>
#include <stdint.h>

#include "failure.h"
#include "frame.h"
#include "spec.h"

#define SHELL "/bin/sh"
/* One argument of execve(2) takes 128 KiB at most (MAX_ARG_STRLEN), its NUL included. */
#define SHELL_ARGUMENT_MAX (128u * 1024 - 1)
/* A piece is shorter than that where it would end within a character: by three bytes of UTF-8. */
#define SHELL_PIECES_MAX (FRAME_LIMIT / (SHELL_ARGUMENT_MAX - 3) + 1)
/* The first argument that is a piece, where there are pieces. */
#define SHELL_FIRST_PIECE 5u

/* Of a text that is too long for one argument. */
struct pieces {
    unsigned count;
    uint32_t lengths[SHELL_PIECES_MAX];
};

bool shell_takes_pieces(const struct exec_spec *spec);

void shell_pieces(const struct exec_spec *spec, struct pieces *pieces);

/*
 * The arguments of the sandbox's shell: sh -c -- TEXT. A text that is too long for one argument goes in pieces, which
 * the shell joins before it looks at any of them, should nobody have done that for it (joining.h): it has no other
 * arguments, name, descriptors or lines by that, but some shells' complaints begin with "eval". They are there until
 * the next call. NULL: there is no memory for them.
 */
char **shell_arguments(struct exec_spec *spec, struct failure *failure);

#endif
