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
#include "inside.h"
#include "listener.h"
#include "seccomp.h"
#include "tables.h"
#include "tunnel.h"

#define POLLS_MAX (2 + CONNECTIONS_MAX + (2 + STREAMS) * EXECUTIONS_MAX + 1 + TUNNEL_POLLS_MAX + INSIDE_POLLS_MAX)
/* Beside those of leftovers: of each execution also its control group and its report; the sandbox's own. */
#define DESCRIPTORS (POLLS_MAX + 2 * EXECUTIONS_MAX + 32)
#define SWEEP_US 1000000u
/* The server ends an expired environment itself; only when it never comes back does the keeper. */
#define LIFETIME_GRACE_US 60000000ull
#define NEVER UINT64_MAX

struct server {
    struct sandbox *sandbox;
    struct inside *inside; /* NULL: outside */
    int listener;
    struct tables tables;
    struct connection *asked_to_end;
    struct leftovers leftovers;
    struct tunnels tunnels;
    bool unswept; /* cgroups of ended executions in which background processes live */
    uint64_t sweep_us;
    uint64_t expires_us;
    bool over;
};

static struct server *new_server(struct sandbox *sandbox, struct failure *failure)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server) {
        failed(failure, "allocate", "the keeper's tables");
        return NULL;
    }
    if (seccomp_prepare(failure) < 0 || leftovers_open(&server->leftovers, sandbox->spec->pids, DESCRIPTORS, failure) < 0 ||
        tables_open(&server->tables, failure) < 0) {
        free(server);
        return NULL;
    }
    server->listener = -1;
    tunnels_open(&server->tunnels);
    server->sandbox = sandbox;
    server->expires_us = NEVER;
    if (sandbox->spec->lifetime_seconds > 0)
        server->expires_us = monotonic_us() + sandbox->spec->lifetime_seconds * 1000000ull + LIFETIME_GRACE_US;
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
    tables_close(&server->tables);
    free(server);
    return NULL;
}

struct server *server_open_inside(struct sandbox *sandbox, struct inside *inside, struct failure *failure)
{
    struct server *server = new_server(sandbox, failure);
    if (server)
        server->inside = inside;
    return server;
}

static bool answer_failure(struct connection *connection, const struct failure *failure, enum failed_kind kind)
{
    uint8_t frame[ENDING_SIZE];
    return connection_answer(connection, frame, failed_frame(frame, sizeof frame, failure, kind));
}

static bool on_exec(struct server *server, struct connection *connection, uint8_t *payload, uint32_t length)
{
    struct failure failure;
    struct exec_spec spec;
    if (connection->execution)
        return false;
    if (exec_spec_parse(payload, length, &spec, &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    if (tables_find(&server->tables, spec.id)) {
        failed_with(&failure, "start", "an execution of this id", EEXIST);
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    }
    if (!leftovers_have_room(&server->leftovers)) {
        failed_with(&failure, "find room beside", "what runs in the background", EAGAIN);
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    }
    struct execution *execution = tables_take(&server->tables);
    if (!execution) {
        failed_with(&failure, "find room for", "one more execution", EAGAIN);
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    }
    if (execution_start(execution, server->sandbox, &spec, &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    connection->execution = execution;
    memset(connection->offsets, 0, sizeof connection->offsets);
    return true;
}

static bool on_attach(struct server *server, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    char id[ID_SIZE];
    uint64_t offsets[STREAMS];
    if (connection->execution || attach_spec_parse(payload, length, id, offsets, &failure) < 0)
        return false;
    struct execution *execution = tables_find(&server->tables, id);
    if (!execution || tables_reader(&server->tables, execution)) {
        failed_with(&failure, "attach to", "the execution", execution ? EBUSY : ENOENT);
        return answer_failure(connection, &failure, KIND_UNKNOWN);
    }
    connection->execution = execution;
    /* Nobody knows more than there is; room for more is counted from here. */
    for (unsigned i = 0; i < STREAMS; i++) {
        uint64_t total = execution->streams[i].retained.total;
        connection->offsets[i] = offsets[i] < total ? offsets[i] : total;
    }
    return true;
}

static bool on_named(struct server *server, enum frame_type type, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    char id[ID_SIZE];
    uint64_t offsets[STREAMS];
    if (attach_spec_parse(payload, length, id, offsets, &failure) < 0)
        return false;
    struct execution *execution = tables_find(&server->tables, id);
    if (!execution)
        return true;
    if (type == FRAME_KILL)
        execution_kill(execution, FLAG_CANCELLED);
    else if (execution->state == EXECUTION_ENDED && !tables_reader(&server->tables, execution))
        execution_free(execution);
    return true;
}

static bool on_ping(struct server *server, struct connection *connection)
{
    uint8_t frame[ANSWERS_SIZE];
    struct frame_writer writer = frame_begin(frame, sizeof frame, FRAME_PONG);
    frame_number(&writer, PONG_UID_BASE, server->sandbox->spec->uid_base);
    frame_number(&writer, PONG_IDMAPPED, server->sandbox->idmapped);
    for (unsigned i = 0; i < EXECUTIONS_MAX; i++)
        if (server->tables.executions[i].state != EXECUTION_FREE)
            frame_text(&writer, PONG_EXECUTION, server->tables.executions[i].id);
    return connection_answer(connection, frame, frame_end(&writer));
}

/* The last frame of a connection: what comes after it, when it is answered, is the service's. */
static bool on_connect_frame(struct server *server, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    uint16_t port;
    if (connection->execution || connect_spec_parse(payload, length, &port, &failure) < 0)
        return false;
    if (tunnels_connect(&server->tunnels, connection->fd, port, monotonic_us(), &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    connection_release(connection);
    return true;
}

static bool on_frame(struct server *server, struct connection *connection, enum frame_type type, uint8_t *payload, uint32_t length)
{
    switch (type) {
    case FRAME_EXEC:
        return on_exec(server, connection, payload, length);
    case FRAME_ATTACH:
        return on_attach(server, connection, payload, length);
    case FRAME_KILL:
    case FRAME_ACK:
        return on_named(server, type, payload, length);
    case FRAME_PING:
        return on_ping(server, connection);
    case FRAME_CONNECT:
        return on_connect_frame(server, connection, payload, length);
    case FRAME_DESTROY:
        server->asked_to_end = connection;
        server->over = true;
        return true;
    default:
        return false;
    }
}

static bool on_readable(struct server *server, struct connection *connection)
{
    enum frame_type type;
    uint8_t *payload;
    uint32_t length;
    bool broken = false;
    if (!connection_receive(connection))
        return false;
    while (!server->over && connection_frame(connection, &type, &payload, &length, &broken)) {
        /* The parser ends the last text with a NUL behind the frame, where the next one may begin. */
        uint8_t behind = payload[length];
        if (!on_frame(server, connection, type, payload, length))
            return false;
        if (connection->fd < 0)
            return true;
        payload[length] = behind;
        connection_consume(connection);
    }
    return !broken;
}

bool server_adopt(struct server *server, int fd, uint32_t channel)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *connection = &server->tables.connections[i];
        if (connection->fd >= 0)
            continue;
        if (connection_open(connection, fd))
            connection->channel = channel;
        return true;
    }
    return false;
}

static void on_connect(struct server *server)
{
    int fd = listener_accept(server->listener);
    if (fd >= 0 && !server_adopt(server, fd, 0))
        close(fd);
}

void server_reaped(struct server *server, pid_t pid, int status, const struct rusage *usage)
{
    struct execution *execution = tables_find_process(&server->tables, pid);
    if (execution)
        execution_reaped(execution, status, usage);
}

void server_stop(struct server *server)
{
    server->over = true;
}

static void advance(struct server *server, struct execution *execution)
{
    struct connection *reader = tables_reader(&server->tables, execution);
    bool was_ended = execution->state == EXECUTION_ENDED;
    /* Without a reader nothing waits: what does not fit is overwritten. */
    bool ended = was_ended || execution_advance(execution, server->sandbox, reader ? reader->offsets : NULL);
    if (reader && !connection_send(reader))
        connection_close(reader);
    if (ended && !was_ended && execution_tidy(execution, server->sandbox, &server->leftovers))
        server->unswept = true;
}

static nfds_t collect_polls(struct server *server, struct pollfd *polls)
{
    polls[0] = (struct pollfd){.fd = server->listener, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = server->sandbox->init_pidfd, .events = POLLIN};
    nfds_t count = 2 + tables_polls(&server->tables, polls + 2);
    count += leftovers_polls(&server->leftovers, monotonic_us(), polls + count);
    count += tunnels_polls(&server->tunnels, polls + count);
    return server->inside ? count + inside_polls(server->inside, polls + count) : count;
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static uint64_t next_deadline(const struct server *server)
{
    uint64_t now = monotonic_us();
    uint64_t next = earlier(tunnels_deadline(&server->tunnels), server->expires_us);
    next = earlier(next, server->unswept ? server->sweep_us : NEVER);
    next = earlier(next, leftovers_deadline(&server->leftovers, now));
    return earlier(next, tables_deadline(&server->tables, now));
}

static int timeout_ms(const struct server *server)
{
    uint64_t next = next_deadline(server), now = monotonic_us();
    if (next == NEVER)
        return -1;
    if (next <= now)
        return 0;
    uint64_t left = (next - now + 999) / 1000;
    return left > 60000 ? 60000 : (int)left;
}

static void sweep(struct server *server)
{
    uint64_t now = monotonic_us();
    if (!server->unswept || now < server->sweep_us)
        return;
    server->unswept = cgroup_sweep(server->sandbox->cgroup2);
    server->sweep_us = now + SWEEP_US;
}

static void serve(struct server *server, struct connection *connection, short events)
{
    bool good = !(events & ~POLLOUT) || on_readable(server, connection);
    /* A connection that has become a tunnel is none any more. */
    if (connection->fd >= 0 && (!good || !connection_send(connection)))
        connection_close(connection);
}

static void serve_connections(struct server *server, const struct pollfd *polls, nfds_t count)
{
    for (nfds_t i = 0; i < count && !server->over; i++) {
        if (!polls[i].revents)
            continue;
        for (unsigned c = 0; c < CONNECTIONS_MAX; c++) {
            struct connection *connection = &server->tables.connections[c];
            if (connection->fd != polls[i].fd)
                continue;
            serve(server, connection, polls[i].revents);
            break;
        }
    }
}

static void advance_all(struct server *server)
{
    for (unsigned i = 0; i < EXECUTIONS_MAX; i++)
        if (server->tables.executions[i].state != EXECUTION_FREE)
            advance(server, &server->tables.executions[i]);
}

void server_run(struct server *server)
{
    static struct pollfd polls[POLLS_MAX];
    while (!server->over) {
        nfds_t count = collect_polls(server, polls);
        if (poll(polls, count, timeout_ms(server)) < 0 && errno != EINTR)
            return;
        if (server->inside)
            inside_serve(server->inside);
        serve_connections(server, polls + 2, count - 2);
        tunnels_serve(&server->tunnels, monotonic_us());
        advance_all(server);
        leftovers_drain(&server->leftovers, monotonic_us());
        sweep(server);
        if (polls[0].revents)
            on_connect(server);
        if (polls[1].revents || monotonic_us() >= server->expires_us)
            server->over = true;
    }
}

static void tell_readers(struct server *server)
{
    struct failure failure;
    uint8_t frame[ENDING_SIZE];
    failed_with(&failure, "run", "the command to its end", ESRCH);
    size_t length = failed_frame(frame, sizeof frame, &failure, KIND_SANDBOX_DIED);
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *connection = &server->tables.connections[i];
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
    return server->asked_to_end ? server->asked_to_end->channel : 0;
}

void server_close(struct server *server)
{
    tell_readers(server);
    if (server->asked_to_end && server->asked_to_end->fd >= 0) {
        uint8_t frame[FRAME_HEADER];
        struct frame_writer writer = frame_begin(frame, sizeof frame, FRAME_DESTROYED);
        connection_answer(server->asked_to_end, frame, frame_end(&writer));
        connection_send(server->asked_to_end);
    }
    leftovers_close(&server->leftovers);
    tunnels_close(&server->tunnels);
    tables_close(&server->tables);
    close(server->listener);
    free(server);
}
