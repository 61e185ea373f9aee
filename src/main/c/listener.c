#include "listener.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A relative name, from within the folder: a socket's address holds 107 bytes, a path may be longer (unix(7)). */
int listener_open(const char *path, struct failure *failure)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!slash || strlen(slash + 1) >= sizeof address.sun_path)
        return failed_with(failure, "listen at", path, ENAMETOOLONG);
    strcpy(address.sun_path, slash + 1);
    *slash = 0;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return failed(failure, "open", "a socket");
    mode_t mask = umask(0177);
    int result =
        chdir(folder) < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 128) < 0 ? -1 : 0;
    umask(mask);
    if (result < 0) {
        failed(failure, "listen at", path);
        close(fd);
        return -1;
    }
    return fd;
}

/* Only the server's own user, and root, may speak to a keeper (SO_PEERCRED, unix(7)). */
static bool may_speak(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == geteuid());
}

int listener_accept(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 || may_speak(fd))
        return fd;
    close(fd);
    return -1;
}
