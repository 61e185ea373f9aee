#include "tunnel.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "frame.h"
#include "spec.h"

#define ROOM 65536u
/* What the kernel holds for one direction: the sockets are the keeper's, and so is their memory. */
#define KERNEL_ROOM (128 * 1024)
#define CONNECT_TIMEOUT_US 5000000u

static void forget(struct tunnel *tunnel)
{
    if (tunnel->service >= 0)
        close(tunnel->service);
    free(tunnel->up.bytes);
    free(tunnel->down.bytes);
    *tunnel = (struct tunnel){.client = -1, .service = -1};
}

static void end(struct tunnel *tunnel)
{
    close(tunnel->client);
    forget(tunnel);
}

void tunnels_open(struct tunnels *tunnels)
{
    for (unsigned i = 0; i < TUNNELS_MAX; i++)
        tunnels->all[i] = (struct tunnel){.client = -1, .service = -1};
}

void tunnels_close(struct tunnels *tunnels)
{
    for (unsigned i = 0; i < TUNNELS_MAX; i++)
        if (tunnels->all[i].client >= 0)
            end(&tunnels->all[i]);
}

/* 0 or an errno; EINPROGRESS: it is not decided yet. */
static int dial(struct tunnel *tunnel)
{
    struct sockaddr_in first = {
        .sin_family = AF_INET, .sin_port = htons(tunnel->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 second = {
        .sin6_family = AF_INET6, .sin6_port = htons(tunnel->port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const struct sockaddr *address = tunnel->second ? (struct sockaddr *)&second : (struct sockaddr *)&first;
    if (tunnel->service >= 0)
        close(tunnel->service);
    tunnel->service = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (tunnel->service < 0)
        return errno;
    const int room = KERNEL_ROOM;
    if (setsockopt(tunnel->service, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) < 0 ||
        setsockopt(tunnel->service, SOL_SOCKET, SO_SNDBUF, &room, sizeof room) < 0)
        return errno;
    return connect(tunnel->service, address, tunnel->second ? sizeof second : sizeof first) == 0 ? 0 : errno;
}

/* The answer goes in front of all else that the client gets. */
static void answer(struct tunnel *tunnel, size_t length)
{
    tunnel->down.length = length;
    tunnel->connecting = false;
}

static void connected(struct tunnel *tunnel)
{
    answer(tunnel, bare_frame(tunnel->down.bytes, FRAME_CONNECTED));
}

static void refused(struct tunnel *tunnel, int error)
{
    struct failure failure;
    failed_with(&failure, "connect to", "the service's port", error);
    answer(tunnel, failed_frame(tunnel->down.bytes, ROOM, &failure, KIND_NOT_STARTED));
    tunnel->up.ended = tunnel->up.passed_on = tunnel->down.ended = true;
}

/* A server may listen on ::1 alone; that is tried when nobody is at 127.0.0.1. */
static void settle(struct tunnel *tunnel, int error)
{
    if (error != 0 && error != EINPROGRESS && !tunnel->second) {
        tunnel->second = true;
        int next = dial(tunnel);
        /* A host without IPv6: what the first one said is the better answer. */
        error = next == EAFNOSUPPORT || next == EADDRNOTAVAIL ? error : next;
    }
    if (error == 0)
        connected(tunnel);
    else if (error != EINPROGRESS)
        refused(tunnel, error);
}

static struct tunnel *free_place(struct tunnels *tunnels)
{
    for (unsigned i = 0; i < TUNNELS_MAX; i++)
        if (tunnels->all[i].client < 0)
            return &tunnels->all[i];
    return NULL;
}

int tunnels_connect(struct tunnels *tunnels, int client, uint32_t channel, uint16_t port, uint64_t now_us,
                    struct failure *failure)
{
    struct tunnel *tunnel = free_place(tunnels);
    if (!tunnel)
        return failed_with(failure, "find room for", "one more connection", EAGAIN);
    tunnel->up.bytes = malloc(ROOM);
    tunnel->down.bytes = malloc(ROOM);
    if (!tunnel->up.bytes || !tunnel->down.bytes) {
        forget(tunnel);
        return failed_with(failure, "find room for", "one more connection", ENOMEM);
    }
    tunnel->client = client;
    tunnel->channel = channel;
    tunnel->port = port;
    tunnel->connecting = true;
    tunnel->deadline_us = now_us + CONNECT_TIMEOUT_US;
    settle(tunnel, dial(tunnel));
    return 0;
}

void tunnels_leave(struct tunnels *tunnels, uint32_t channel)
{
    for (unsigned i = 0; i < TUNNELS_MAX; i++)
        if (tunnels->all[i].client >= 0 && tunnels->all[i].channel == channel)
            tunnels->all[i].client_is_gone = true;
}

static bool has_room(const struct flow *flow)
{
    return !flow->ended && flow->length < ROOM;
}

static short events_of(const struct flow *in, const struct flow *out)
{
    return (short)((has_room(in) ? POLLIN : 0) | (out->length > 0 ? POLLOUT : 0));
}

static void add_polls(struct tunnel *tunnel)
{
    struct pollfd *client = &tunnel->polls[0], *service = &tunnel->polls[1];
    *client = (struct pollfd){.fd = tunnel->client, .events = events_of(&tunnel->up, &tunnel->down)};
    *service = (struct pollfd){.fd = tunnel->service, .events = events_of(&tunnel->down, &tunnel->up)};
    if (tunnel->connecting) {
        service->events = POLLOUT;
        client->fd = -1;
    }
    /* The end of a side shows whether it is asked for or not: one that can do nothing now is left alone ... */
    if (service->events == 0)
        service->fd = -1;
    /* ... but for a client for whom nothing is left to do than to be there: when it goes, all is over. */
    if (client->events == 0 && tunnel->up.length > 0)
        client->fd = -1;
}

nfds_t tunnels_polls(struct tunnels *tunnels, struct pollfd *polls)
{
    nfds_t count = 0;
    for (unsigned i = 0; i < TUNNELS_MAX; i++) {
        struct tunnel *tunnel = &tunnels->all[i];
        if (tunnel->client < 0)
            continue;
        tunnel->polls = polls + count;
        add_polls(tunnel);
        count += 2;
    }
    return count;
}

static void await_connection(struct tunnel *tunnel, uint64_t now_us)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (tunnel->polls[1].revents) {
        getsockopt(tunnel->service, SOL_SOCKET, SO_ERROR, &error, &size);
        settle(tunnel, error);
    } else if (now_us >= tunnel->deadline_us) {
        refused(tunnel, ETIMEDOUT);
    }
}

static void take(struct flow *flow, int from)
{
    while (has_room(flow)) {
        if (flow->start > 0) {
            memmove(flow->bytes, flow->bytes + flow->start, flow->length);
            flow->start = 0;
        }
        ssize_t length = recv(from, flow->bytes + flow->length, ROOM - flow->length, 0);
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        /* A side that broke has said all that it is going to say. */
        flow->ended = length <= 0;
        flow->length += length > 0 ? (size_t)length : 0;
    }
}

/* False when the other side is gone. */
static bool give(struct flow *flow, int to)
{
    while (flow->length > 0) {
        ssize_t length = send(to, flow->bytes + flow->start, flow->length, MSG_NOSIGNAL);
        if (length < 0)
            return errno == EAGAIN || errno == EINTR;
        flow->start += (size_t)length;
        flow->length -= (size_t)length;
    }
    flow->start = 0;
    if (flow->ended && !flow->passed_on) {
        shutdown(to, SHUT_WR);
        flow->passed_on = true;
    }
    return true;
}

/* False when it is over. */
static bool move(struct tunnel *tunnel)
{
    tunnel->client_is_gone |= (tunnel->polls[0].revents & (POLLHUP | POLLERR)) != 0;
    take(&tunnel->up, tunnel->client);
    take(&tunnel->down, tunnel->service);
    return give(&tunnel->up, tunnel->service) && give(&tunnel->down, tunnel->client) &&
           !(tunnel->up.passed_on && (tunnel->down.passed_on || tunnel->client_is_gone));
}

void tunnels_serve(struct tunnels *tunnels, uint64_t now_us)
{
    for (unsigned i = 0; i < TUNNELS_MAX; i++) {
        struct tunnel *tunnel = &tunnels->all[i];
        if (tunnel->client < 0 || !tunnel->polls)
            continue;
        if (tunnel->connecting)
            await_connection(tunnel, now_us);
        else if (!(tunnel->polls[0].revents | tunnel->polls[1].revents) && !tunnel->client_is_gone)
            continue;
        if (!tunnel->connecting && !move(tunnel))
            end(tunnel);
    }
}

uint64_t tunnels_deadline(const struct tunnels *tunnels)
{
    uint64_t next = NEVER;
    for (unsigned i = 0; i < TUNNELS_MAX; i++) {
        const struct tunnel *tunnel = &tunnels->all[i];
        if (tunnel->client >= 0 && tunnel->connecting)
            next = earlier(next, tunnel->deadline_us);
    }
    return next;
}
