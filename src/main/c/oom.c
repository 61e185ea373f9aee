#include "oom.h"

#include <fcntl.h>
#include <unistd.h>

#include "setting.h"

#define FILE_OF_SELF "/proc/self/oom_score_adj"

static char before[16] = "0";

static void set(const char *value)
{
    setting_write(AT_FDCWD, FILE_OF_SELF, value);
}

void oom_protect(void)
{
    int fd = open(FILE_OF_SELF, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t length = read(fd, before, sizeof before - 1);
    close(fd);
    if (length > 0)
        before[length] = 0;
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
