#include "failure.h"

#include <errno.h>
#include <stdio.h>

int failed_with(struct failure *failure, const char *what, const char *on, int error)
{
    snprintf(failure->what, sizeof failure->what, "%s", what);
    snprintf(failure->on, sizeof failure->on, "%s", on ? on : "");
    failure->error = error;
    return -1;
}

int failed(struct failure *failure, const char *what, const char *on)
{
    return failed_with(failure, what, on, errno);
}
