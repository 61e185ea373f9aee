#include "setting.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int setting_write(int folder, const char *name, const char *text)
{
    int fd = openat(folder, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t written = write(fd, text, strlen(text));
    int error = errno;
    close(fd);
    errno = error;
    return written < 0 ? -1 : 0;
}

ssize_t setting_read(int folder, const char *name, char *text, size_t size)
{
    text[0] = 0;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    size_t length = 0;
    ssize_t part;
    do {
        part = read(fd, text + length, size - 1 - length);
        length += part > 0 ? (size_t)part : 0;
    } while (part > 0 && length < size - 1);
    int error = errno;
    close(fd);
    errno = error;
    text[length] = 0;
    return part < 0 && length == 0 ? -1 : (ssize_t)length;
}
