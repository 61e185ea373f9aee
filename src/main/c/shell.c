#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool shell_takes_pieces(const struct exec_spec *spec)
{
    return spec->command_length > SHELL_ARGUMENT_MAX;
}

/* How much of the text, of which there is more than fits, is its next piece. */
static uint32_t piece_length(const char *text)
{
    uint32_t length = SHELL_ARGUMENT_MAX;
    while (length > SHELL_ARGUMENT_MAX - 3 && (text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

void shell_pieces(const struct exec_spec *spec, struct pieces *pieces)
{
    const char *text = spec->command;
    pieces->count = 0;
    for (uint32_t left = spec->command_length; left > 0;) {
        uint32_t length = left > SHELL_ARGUMENT_MAX ? piece_length(text) : left;
        pieces->lengths[pieces->count++] = length;
        text += length;
        left -= length;
    }
}

/* Copies of the pieces, each with a NUL behind it. */
static void copy(const char *text, const struct pieces *pieces, char *copies, char **arguments)
{
    for (unsigned i = 0; i < pieces->count; i++) {
        memcpy(copies, text, pieces->lengths[i]);
        copies[pieces->lengths[i]] = 0;
        arguments[i] = copies;
        copies += pieces->lengths[i] + 1;
        text += pieces->lengths[i];
    }
    arguments[pieces->count] = NULL;
}

/* Where the pieces have become one text they are arguments no more, on its first line and before any of it runs. */
static char *joined(unsigned count)
{
    static char script[32 + SHELL_PIECES_MAX * 8];
    size_t length = (size_t)sprintf(script, "eval \"set --; ");
    for (unsigned i = 1; i <= count; i++)
        length += (size_t)sprintf(script + length, "${%u}", i);
    strcpy(script + length, "\"");
    return script;
}

char **shell_arguments(struct exec_spec *spec, struct failure *failure)
{
    static char *arguments[SHELL_FIRST_PIECE + SHELL_PIECES_MAX + 1];
    static char *copies;
    static char name[] = "sh", text_follows[] = "-c", no_more_options[] = "--";
    struct pieces pieces;
    char *own = spec->shell ? (char *)(uintptr_t)spec->shell : name;
    arguments[0] = own;
    arguments[1] = text_follows;
    /* What begins with '-' is a command all the same. */
    arguments[2] = no_more_options;
    arguments[3] = spec->command;
    arguments[4] = NULL;
    if (!shell_takes_pieces(spec))
        return arguments;
    free(copies);
    copies = malloc(spec->command_length + SHELL_PIECES_MAX);
    if (!copies) {
        failed_with(failure, "hold", "the command", ENOMEM);
        return NULL;
    }
    shell_pieces(spec, &pieces);
    copy(spec->command, &pieces, copies, arguments + SHELL_FIRST_PIECE);
    arguments[3] = joined(pieces.count);
    arguments[4] = own;
    return arguments;
}
