#include "oom.h"

#include <fcntl.h>
#include <string.h>

#include "setting.h"

#define FILE_OF_SELF "/proc/self/oom_score_adj"

static char before[16] = "0";

static void set(const char *value)
{
    setting_write(AT_FDCWD, FILE_OF_SELF, value);
}

void oom_protect(void)
{
    char now[sizeof before];
    if (setting_read(AT_FDCWD, FILE_OF_SELF, now, sizeof now) > 0)
        memcpy(before, now, sizeof before);
    /* Less than that is only less likely: with a group full of files the keeper may be the last who is left in it. */
    set("-1000");
}

void oom_unprotect(void)
{
    set(before);
}

void oom_offer(void)
{
    set("1000");
}
