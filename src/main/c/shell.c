#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

/* One argument of execve(2) takes 128 KiB at most (MAX_ARG_STRLEN), its NUL included. */
#define ARGUMENT_MAX (128u * 1024 - 1)
/* A piece is shorter than that where it would end within a character: by three bytes of UTF-8. */
#define PIECES_MAX (FRAME_LIMIT / (ARGUMENT_MAX - 3) + 1)
#define FIRST_PIECE 5u

/* How much of the text, of which there is more than fits, is its next piece. */
static size_t piece_length(const char *text)
{
    size_t length = ARGUMENT_MAX;
    while (length > ARGUMENT_MAX - 3 && (text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

/* Copies of the pieces, each with a NUL behind it; returns how many. */
static unsigned cut(const struct exec_spec *spec, char *copies, char **pieces)
{
    unsigned count = 0;
    const char *text = spec->command;
    for (size_t left = spec->command_length; left > 0;) {
        size_t length = left > ARGUMENT_MAX ? piece_length(text) : left;
        memcpy(copies, text, length);
        copies[length] = 0;
        pieces[count++] = copies;
        copies += length + 1;
        text += length;
        left -= length;
    }
    return count;
}

/* Where the pieces have become one text they are arguments no more, on its first line and before any of it runs. */
static const char *joined(unsigned count)
{
    static char script[32 + PIECES_MAX * 8];
    size_t length = (size_t)sprintf(script, "eval \"set --; ");
    for (unsigned i = 1; i <= count; i++)
        length += (size_t)sprintf(script + length, "${%u}", i);
    strcpy(script + length, "\"");
    return script;
}

char **shell_arguments(struct exec_spec *spec, struct failure *failure)
{
    static char *arguments[FIRST_PIECE + PIECES_MAX + 1];
    static char name[] = "sh", text_follows[] = "-c", no_more_options[] = "--";
    arguments[0] = name;
    arguments[1] = text_follows;
    /* What begins with '-' is a command all the same. */
    arguments[2] = no_more_options;
    arguments[3] = spec->command;
    arguments[4] = NULL;
    if (spec->command_length <= ARGUMENT_MAX)
        return arguments;
    char *copies = malloc(spec->command_length + PIECES_MAX);
    if (!copies) {
        failed_with(failure, "hold", "the command", ENOMEM);
        return NULL;
    }
    unsigned count = cut(spec, copies, arguments + FIRST_PIECE);
    arguments[3] = (char *)(uintptr_t)joined(count);
    arguments[4] = name;
    arguments[FIRST_PIECE + count] = NULL;
    return arguments;
}
