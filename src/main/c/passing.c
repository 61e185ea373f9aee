#include "passing.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "sandbox.h"

struct message {
    struct sources sources;
    struct failure failure;
};

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * SOURCES_MAX)];
};

static int send_message(int link, const struct message *message, const int *fds, size_t count)
{
    union control control = {0};
    struct iovec part = {.iov_base = (void *)(uintptr_t)message, .iov_len = sizeof *message};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > 0) {
        header.msg_control = &control;
        header.msg_controllen = (socklen_t)CMSG_SPACE(sizeof(int) * count);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = (socklen_t)CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * count);
    }
    return sendmsg(link, &header, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* Returns the number of descriptors received. */
static int receive_message(int link, struct message *message, int *fds, size_t most)
{
    union control control = {0};
    struct iovec part = {.iov_base = message, .iov_len = sizeof *message};
    struct msghdr header = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t size = recvmsg(link, &header, MSG_CMSG_CLOEXEC);
    if (size < 0)
        return -1;
    if ((size_t)size != sizeof *message) {
        errno = ECONNRESET;
        return -1;
    }
    struct cmsghdr *first = CMSG_FIRSTHDR(&header);
    if (!first)
        return 0;
    size_t count = (first->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(fds, CMSG_DATA(first), sizeof(int) * (count < most ? count : most));
    return (int)count;
}

int passing_send_sources(int link, const struct sources *sources, struct failure *failure)
{
    struct message message = {.sources = *sources};
    int fds[SOURCES_MAX];
    size_t count = 0;
    for (unsigned i = 0; i < sources->count; i++)
        if (sources->fds[i] >= 0)
            fds[count++] = sources->fds[i];
    return send_message(link, &message, fds, count) < 0 ? failed(failure, "send", "the image's mounts") : 0;
}

int passing_receive_sources(int link, struct sources *sources, struct failure *failure)
{
    struct message message;
    int fds[SOURCES_MAX];
    if (receive_message(link, &message, fds, SOURCES_MAX) < 0)
        return failed(failure, "receive", "the image's mounts");
    *sources = message.sources;
    for (unsigned i = 0, next = 0; i < sources->count; i++)
        if (sources->fds[i] >= 0)
            sources->fds[i] = fds[next++];
    return 0;
}

int passing_send_namespaces(int link, const int *namespaces, const struct failure *failure)
{
    struct message message = {.failure = *failure};
    return send_message(link, &message, namespaces, namespaces ? NS_COUNT : 0);
}

int passing_receive_namespaces(int link, int *namespaces, struct failure *failure)
{
    struct message message;
    int count = receive_message(link, &message, namespaces, NS_COUNT);
    if (count < 0)
        return failed(failure, "hear from", "the sandbox's PID 1");
    if (count == NS_COUNT)
        return 0;
    *failure = message.failure;
    return -1;
}
