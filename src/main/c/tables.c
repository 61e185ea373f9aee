#include "tables.h"

#include <string.h>
#include <sys/mman.h>

#include "clock.h"

#define ROOM_SIZE ((size_t)EXECUTIONS_MAX * STREAMS * RETAINED_SIZE)

static uint8_t *output_room(struct failure *failure)
{
    size_t size = ROOM_SIZE;
    uint8_t *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) {
        failed(failure, "map", "room for output");
        return NULL;
    }
    /* Commands are forked from here and have no use for others' output. */
    madvise(room, size, MADV_DONTFORK);
    return room;
}

int tables_open(struct tables *tables, struct failure *failure)
{
    tables->room = output_room(failure);
    return tables->room ? 0 : -1;
}

void tables_close(struct tables *tables)
{
    for (unsigned i = 0; i < tables->connections_used; i++)
        if (tables->connections[i].fd >= 0)
            connection_close(&tables->connections[i]);
    munmap(tables->room, ROOM_SIZE);
}

struct connection *tables_reader(struct tables *tables, const struct execution *execution)
{
    for (unsigned i = 0; i < tables->connections_used; i++)
        if (tables->connections[i].fd >= 0 && tables->connections[i].execution == execution)
            return &tables->connections[i];
    return NULL;
}

struct execution *tables_find(struct tables *tables, const char *id)
{
    for (unsigned i = 0; i < tables->executions_used; i++)
        if (tables->executions[i].state != EXECUTION_FREE && strcmp(tables->executions[i].id, id) == 0)
            return &tables->executions[i];
    return NULL;
}

struct execution *tables_find_process(struct tables *tables, pid_t pid)
{
    for (unsigned i = 0; i < tables->executions_used; i++) {
        struct execution *execution = &tables->executions[i];
        if (execution->state != EXECUTION_FREE && !execution->reaped && execution->process.pid == pid)
            return execution;
    }
    return NULL;
}

uint64_t tables_deadline(const struct tables *tables, uint64_t now_us)
{
    uint64_t next = NEVER;
    for (unsigned i = 0; i < tables->executions_used; i++)
        next = earlier(next, execution_due(&tables->executions[i], now_us));
    return next;
}

/* Only now: what of the tables nobody has used takes no memory. */
static struct execution *with_room(struct tables *tables, unsigned place)
{
    struct execution *execution = &tables->executions[place];
    for (unsigned i = 0; i < STREAMS; i++)
        execution->streams[i].retained.bytes = tables->room + ((size_t)place * STREAMS + i) * RETAINED_SIZE;
    return execution;
}

struct execution *tables_take(struct tables *tables)
{
    struct execution *oldest = NULL;
    for (unsigned i = 0; i < tables->executions_used; i++) {
        struct execution *execution = &tables->executions[i];
        if (execution->state == EXECUTION_FREE)
            return with_room(tables, i);
        if (execution->state == EXECUTION_ENDED && !tables_reader(tables, execution) &&
            (!oldest || execution->ended_us < oldest->ended_us))
            oldest = execution;
    }
    if (tables->executions_used < EXECUTIONS_MAX)
        return with_room(tables, tables->executions_used++);
    if (oldest)
        execution_free(oldest);
    return oldest;
}

bool tables_have_place(const struct tables *tables)
{
    for (unsigned i = 0; i < tables->connections_used; i++)
        if (tables->connections[i].fd < 0)
            return true;
    return tables->connections_used < CONNECTIONS_MAX;
}

struct connection *tables_place(struct tables *tables)
{
    for (unsigned i = 0; i < tables->connections_used; i++)
        if (tables->connections[i].fd < 0)
            return &tables->connections[i];
    if (tables->connections_used == CONNECTIONS_MAX)
        return NULL;
    struct connection *fresh = &tables->connections[tables->connections_used++];
    fresh->fd = -1;
    return fresh;
}

static void add_poll(struct pollfd *polls, nfds_t *count, int fd, short events)
{
    polls[(*count)++] = (struct pollfd){.fd = fd, .events = events};
}

static void add_outputs(const struct connection *reader, const struct execution *execution, struct pollfd *polls,
                        nfds_t *count)
{
    for (unsigned i = 0; i < STREAMS; i++) {
        const struct stream *stream = &execution->streams[i];
        if (!stream->closed && (!reader || stream_has_room(stream, reader->offsets[i])))
            add_poll(polls, count, stream->pipe, POLLIN);
    }
}

nfds_t tables_polls(struct tables *tables, struct pollfd *polls)
{
    nfds_t count = 0;
    for (unsigned i = 0; i < tables->connections_used; i++) {
        struct connection *connection = &tables->connections[i];
        if (connection->fd >= 0)
            add_poll(polls, &count, connection->fd, (short)(POLLIN | (connection_blocked(connection) ? POLLOUT : 0)));
    }
    for (unsigned i = 0; i < tables->executions_used; i++) {
        struct execution *execution = &tables->executions[i];
        if (execution->state == EXECUTION_FREE || execution->state == EXECUTION_DRAINING ||
            execution->state == EXECUTION_ENDED)
            continue;
        if (!execution->reaped)
            add_poll(polls, &count, execution->process.pidfd, POLLIN);
        if (!execution->told)
            add_poll(polls, &count, execution->process.told, POLLIN);
        add_outputs(tables_reader(tables, execution), execution, polls, &count);
    }
    return count;
}
