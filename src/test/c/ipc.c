/* ipc MEMORY… -- RELEASE…: by memory what bounds System V's objects, by release whether that is set from inside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"

static void print_bounds(const char *memory)
{
    struct ipc_bound bounds[IPC_BOUNDS];
    bounds_of_ipc(strtoull(memory, NULL, 10), bounds);
    for (unsigned i = 0; i < IPC_BOUNDS; i++)
        printf("%s kernel.%s=%s\n", memory, bounds[i].name, bounds[i].value);
}

int main(int count, char **arguments)
{
    int at = 1;
    for (; at < count && strcmp(arguments[at], "--") != 0; at++)
        print_bounds(arguments[at]);
    for (at++; at < count; at++)
        printf("%s inside=%s\n", arguments[at], bounds_ipc_from_inside(arguments[at]) ? "true" : "false");
    return 0;
}
