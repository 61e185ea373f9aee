#include "membership.h"

#include <stdlib.h>
#include <string.h>

pid_t membership_next(const char **rest)
{
    char *end;
    long number = strtol(*rest, &end, 10);
    if (end == *rest || *end != '\n' || number <= 0)
        return 0;
    *rest = end + 1;
    return (pid_t)number;
}

/* "/sandbox/execution" of "/sys/fs/cgroup/…/sandbox/execution" */
static const char *last_two(const char *path, size_t length)
{
    unsigned slashes = 0;
    for (size_t at = length; at-- > 0;)
        if (path[at] == '/' && ++slashes == 2)
            return path + at;
    return path;
}

bool membership_is_in(const char *memberships, const char *folder)
{
    const char *name = last_two(folder, strlen(folder));
    size_t length = strlen(name);
    for (const char *line = memberships; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, "0::", 3) != 0)
            continue;
        size_t path = strcspn(line, "\n");
        return length > 1 && path >= length + 3 && strncmp(line + path - length, name, length) == 0;
    }
    return false;
}
