#include "server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"
#include "connection.h"
#include "execution.h"
#include "frame.h"
#include "listener.h"
#include "requests.h"
#include "seccomp.h"

#define POLLS_MAX                                                                                                      \
    (2 + CONNECTIONS_MAX + (2 + STREAMS) * EXECUTIONS_MAX + 1 + TUNNEL_POLLS_MAX + COURIERS_MAX + ENTRANCE_POLLS_MAX)
/*
 * Beside those of leftovers: of each execution also its control group, its report, its input; the sandbox's own; the
 * end that an input is emptied by.
 */
#define DESCRIPTORS (POLLS_MAX + 3 * EXECUTIONS_MAX + 32 + 1)
#define SWEEP_US 1000000u

struct server {
    struct work work;
    struct entrance entrance; /* all zero: there is none */
    int listener;
    bool unswept; /* cgroups of ended executions in which background processes live */
    uint64_t sweep_us;
    bool over;
};

static struct server *new_server(struct sandbox *sandbox, struct failure *failure)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server) {
        failed(failure, "allocate", "the keeper's tables");
        return NULL;
    }
    if (seccomp_prepare(failure) < 0 ||
        leftovers_open(&server->work.leftovers, sandbox->spec->pids, DESCRIPTORS, failure) < 0 ||
        tables_open(&server->work.tables, failure) < 0) {
        free(server);
        return NULL;
    }
    server->listener = -1;
    tunnels_open(&server->work.tunnels);
    server->work.sandbox = sandbox;
    server->work.expires_us = sandbox_spec_expiry(sandbox->spec, monotonic_us());
    return server;
}

struct server *server_open(struct sandbox *sandbox, struct failure *failure)
{
    struct server *server = new_server(sandbox, failure);
    if (!server)
        return NULL;
    server->listener = listener_open(sandbox->spec->socket, failure);
    if (server->listener >= 0)
        return server;
    tables_close(&server->work.tables);
    free(server);
    return NULL;
}

struct server *server_open_inside(struct sandbox *sandbox, const struct entrance *entrance, struct failure *failure)
{
    struct server *server = new_server(sandbox, failure);
    if (server)
        server->entrance = *entrance;
    return server;
}

bool server_adopt(struct server *server, int fd, uint32_t channel)
{
    struct connection *connection = tables_place(&server->work.tables);
    if (connection && connection_open(connection, fd))
        connection->channel = channel;
    return connection;
}

void server_leave(struct server *server, uint32_t channel)
{
    tunnels_leave(&server->work.tunnels, channel);
}

static void on_connect(struct server *server)
{
    int fd = listener_accept(server->listener);
    if (fd >= 0 && !server_adopt(server, fd, 0))
        close(fd);
}

void server_reaped(struct server *server, pid_t pid, int status, const struct rusage *usage)
{
    struct execution *execution = tables_find_process(&server->work.tables, pid);
    if (execution)
        execution_reaped(execution, status, usage);
    else
        couriers_reaped(&server->work.couriers, pid);
}

void server_stop(struct server *server)
{
    server->over = true;
}

static void advance(struct server *server, struct execution *execution)
{
    struct connection *reader = tables_reader(&server->work.tables, execution);
    bool was_ended = execution->state == EXECUTION_ENDED;
    /* Without a reader nothing waits: what does not fit is overwritten. */
    bool ended = was_ended || execution_advance(execution, server->work.sandbox, reader ? reader->offsets : NULL);
    if (reader && !connection_send(reader))
        connection_close(reader);
    if (ended && !was_ended && execution_tidy(execution, server->work.sandbox, &server->work.leftovers))
        server->unswept = true;
}

static nfds_t collect_polls(struct server *server, struct pollfd *polls)
{
    /* Who finds no place waits for one: a connection that is closed at once says that the keeper is gone. */
    bool accepts = tables_have_place(&server->work.tables);
    polls[0] = (struct pollfd){.fd = accepts ? server->listener : -1, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = server->work.sandbox->init_pidfd, .events = POLLIN};
    nfds_t count = 2 + tables_polls(&server->work.tables, polls + 2);
    count += leftovers_polls(&server->work.leftovers, monotonic_us(), polls + count);
    count += tunnels_polls(&server->work.tunnels, polls + count);
    count += couriers_polls(&server->work.couriers, polls + count);
    return server->entrance.polls ? count + server->entrance.polls(server->entrance.owner, polls + count) : count;
}

static uint64_t next_deadline(const struct server *server)
{
    uint64_t now = monotonic_us();
    uint64_t next = earlier(tunnels_deadline(&server->work.tunnels), server->work.expires_us);
    next = earlier(next, server->unswept ? server->sweep_us : NEVER);
    next = earlier(next, leftovers_deadline(&server->work.leftovers, now));
    return earlier(next, tables_deadline(&server->work.tables, now));
}

static void sweep(struct server *server)
{
    uint64_t now = monotonic_us();
    if (!server->unswept || now < server->sweep_us)
        return;
    server->unswept = cgroup_sweep(server->work.sandbox->cgroup2);
    server->sweep_us = now + SWEEP_US;
}

static void serve(struct server *server, struct connection *connection, short events)
{
    bool good = !(events & ~POLLOUT) || requests_serve(&server->work, connection);
    /* A connection that has become a tunnel is none any more. */
    if (connection->fd >= 0 && (!good || !connection_send(connection)))
        connection_close(connection);
    server->over |= server->work.asked_to_end != NULL;
    if (server->work.extended_seconds && server->entrance.extend)
        server->entrance.extend(server->entrance.owner, server->work.extended_seconds);
    server->work.extended_seconds = 0;
}

static void serve_connections(struct server *server, const struct pollfd *polls, nfds_t count)
{
    for (nfds_t i = 0; i < count && !server->over; i++) {
        if (!polls[i].revents)
            continue;
        for (unsigned c = 0; c < server->work.tables.connections_used; c++) {
            struct connection *connection = &server->work.tables.connections[c];
            if (connection->fd != polls[i].fd)
                continue;
            serve(server, connection, polls[i].revents);
            break;
        }
    }
}

static void advance_all(struct server *server)
{
    for (unsigned i = 0; i < server->work.tables.executions_used; i++)
        if (server->work.tables.executions[i].state != EXECUTION_FREE)
            advance(server, &server->work.tables.executions[i]);
}

void server_run(struct server *server)
{
    static struct pollfd polls[POLLS_MAX];
    while (!server->over) {
        nfds_t count = collect_polls(server, polls);
        if (poll_until(polls, count, next_deadline(server)) < 0 && errno != EINTR)
            return;
        if (server->entrance.serve)
            server->entrance.serve(server->entrance.owner);
        serve_connections(server, polls + 2, count - 2);
        tunnels_serve(&server->work.tunnels, monotonic_us());
        couriers_reap(&server->work.couriers);
        advance_all(server);
        leftovers_drain(&server->work.leftovers, monotonic_us());
        sweep(server);
        /* The place of who asked for the end may be free by now, and is to stay so. */
        if (polls[0].revents && !server->over)
            on_connect(server);
        if (polls[1].revents || monotonic_us() >= server->work.expires_us)
            server->over = true;
    }
}

static void tell_readers(struct server *server)
{
    uint8_t frame[ENDING_SIZE];
    size_t length = execution_died_frame(frame);
    for (unsigned i = 0; i < server->work.tables.connections_used; i++) {
        struct connection *connection = &server->work.tables.connections[i];
        if (connection->fd < 0 || !connection->execution)
            continue;
        connection->execution = NULL;
        connection_answer(connection, frame, length);
        connection_send(connection);
    }
}

uint32_t server_close_inside(struct server *server)
{
    tell_readers(server);
    return server->work.asked_to_end ? server->work.asked_to_end->channel : 0;
}

void server_close(struct server *server, bool ended)
{
    tell_readers(server);
    if (ended && server->work.asked_to_end && server->work.asked_to_end->fd >= 0) {
        uint8_t frame[FRAME_HEADER];
        connection_answer(server->work.asked_to_end, frame, bare_frame(frame, FRAME_DESTROYED));
        connection_send(server->work.asked_to_end);
    }
    leftovers_close(&server->work.leftovers);
    tunnels_close(&server->work.tunnels);
    tables_close(&server->work.tables);
    close(server->listener);
    free(server);
}
