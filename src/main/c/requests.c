#include "requests.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "frame.h"
#include "spec.h"
#include "steering.h"

static bool answer_failure(struct connection *connection, const struct failure *failure, enum failed_kind kind)
{
    uint8_t frame[ENDING_SIZE];
    return connection_answer(connection, frame, failed_frame(frame, sizeof frame, failure, kind));
}

static bool on_exec(struct work *work, struct connection *connection, uint8_t *payload, uint32_t length)
{
    struct failure failure;
    struct exec_spec spec;
    if (connection->execution)
        return false;
    if (exec_spec_parse(payload, length, &spec, &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    if (tables_find(&work->tables, spec.id)) {
        failed_with(&failure, "start", "an execution of this id", EEXIST);
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    }
    if (!leftovers_have_room(&work->leftovers)) {
        failed_with(&failure, "find room beside", "what runs in the background", EAGAIN);
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    }
    struct execution *execution = tables_take(&work->tables);
    if (!execution) {
        failed_with(&failure, "find room for", "one more execution", EAGAIN);
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    }
    if (execution_start(execution, work->sandbox, &spec, &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    connection->execution = execution;
    memset(connection->offsets, 0, sizeof connection->offsets);
    return true;
}

static bool on_attach(struct work *work, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    char id[ID_SIZE];
    uint64_t offsets[STREAMS];
    if (connection->execution || attach_spec_parse(payload, length, id, offsets, &failure) < 0)
        return false;
    struct execution *execution = tables_find(&work->tables, id);
    if (!execution || tables_reader(&work->tables, execution)) {
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

static bool on_named(struct work *work, enum frame_type type, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    char id[ID_SIZE];
    uint64_t offsets[STREAMS];
    if (attach_spec_parse(payload, length, id, offsets, &failure) < 0)
        return false;
    struct execution *execution = tables_find(&work->tables, id);
    if (!execution)
        return true;
    if (type == FRAME_KILL)
        execution_kill(execution, FLAG_CANCELLED);
    else if (execution->state == EXECUTION_ENDED && !tables_reader(&work->tables, execution))
        execution_free(execution);
    return true;
}

static bool on_ping(struct work *work, struct connection *connection)
{
    uint8_t frame[ANSWERS_SIZE];
    struct frame_writer writer = frame_begin(frame, sizeof frame, FRAME_PONG);
    frame_number(&writer, PONG_UID_BASE, work->sandbox->spec->uid_base);
    frame_number(&writer, PONG_IDMAPPED, work->sandbox->idmapped);
    for (unsigned i = 0; i < work->tables.executions_used; i++)
        if (work->tables.executions[i].state != EXECUTION_FREE)
            frame_text(&writer, PONG_EXECUTION, work->tables.executions[i].id);
    return connection_answer(connection, frame, frame_end(&writer));
}

static bool answer_done(struct connection *connection, uint64_t count)
{
    uint8_t frame[ENDING_SIZE];
    struct frame_writer writer = frame_begin(frame, sizeof frame, FRAME_DONE);
    frame_number(&writer, DONE_COUNT, count);
    return connection_answer(connection, frame, frame_end(&writer));
}

/* Of what does not fit into the pipe the server keeps the rest, and asks again: nothing waits here. */
static bool on_input(struct work *work, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    struct input_spec spec;
    size_t taken;
    if (connection->execution || input_spec_parse(payload, length, &spec, &failure) < 0)
        return false;
    struct execution *execution = tables_find(&work->tables, spec.id);
    if (!execution)
        failed_with(&failure, "write to", "the execution", ENOENT);
    else if (steering_input(execution, &spec, &taken, &failure) == 0)
        return answer_done(connection, taken);
    return answer_failure(connection, &failure, KIND_UNKNOWN);
}

static bool on_signal(struct work *work, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    char id[ID_SIZE];
    int number;
    if (connection->execution || signal_spec_parse(payload, length, id, &number, &failure) < 0)
        return false;
    struct execution *execution = tables_find(&work->tables, id);
    if (!execution)
        failed_with(&failure, "signal", "the execution", ENOENT);
    else if (steering_signal(execution, number, &failure) == 0)
        return answer_done(connection, 1);
    return answer_failure(connection, &failure, KIND_UNKNOWN);
}

static bool on_extend(struct work *work, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    uint32_t seconds;
    if (connection->execution || extend_spec_parse(payload, length, &seconds, &failure) < 0)
        return false;
    work->expires_us = lifetime_expiry(seconds, monotonic_us());
    work->extended_seconds = seconds;
    return answer_done(connection, seconds);
}

/* The last frame of a connection: what comes after it, when it is answered, is the service's. */
static bool on_connect_frame(struct work *work, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    uint16_t port;
    if (connection->execution || connect_spec_parse(payload, length, &port, &failure) < 0)
        return false;
    if (tunnels_connect(&work->tunnels, connection->fd, connection->channel, port, monotonic_us(), &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    connection_release(connection);
    return true;
}

/* The same, with a process of its own at the other end. */
static bool on_files_frame(struct work *work, struct connection *connection, const uint8_t *payload, uint32_t length)
{
    struct failure failure;
    char user[USER_SIZE];
    if (connection->execution || files_spec_parse(payload, length, user, &failure) < 0)
        return false;
    if (couriers_start(&work->couriers, work->sandbox, connection->fd, user[0] ? user : NULL, &failure) < 0)
        return answer_failure(connection, &failure, KIND_NOT_STARTED);
    connection_close(connection);
    return true;
}

static bool on_frame(struct work *work, struct connection *connection, enum frame_type type, uint8_t *payload,
                     uint32_t length)
{
    switch (type) {
    case FRAME_EXEC:
        return on_exec(work, connection, payload, length);
    case FRAME_ATTACH:
        return on_attach(work, connection, payload, length);
    case FRAME_KILL:
    case FRAME_ACK:
        return on_named(work, type, payload, length);
    case FRAME_PING:
        return on_ping(work, connection);
    case FRAME_CONNECT:
        return on_connect_frame(work, connection, payload, length);
    case FRAME_FILES:
        return on_files_frame(work, connection, payload, length);
    case FRAME_INPUT:
        return on_input(work, connection, payload, length);
    case FRAME_SIGNAL:
        return on_signal(work, connection, payload, length);
    case FRAME_EXTEND:
        return on_extend(work, connection, payload, length);
    case FRAME_DESTROY:
        work->asked_to_end = connection;
        return true;
    default:
        return false;
    }
}

bool requests_serve(struct work *work, struct connection *connection)
{
    enum frame_type type;
    uint8_t *payload;
    uint32_t length;
    bool broken = false;
    if (!connection_receive(connection))
        return false;
    while (!work->asked_to_end && connection_frame(connection, &type, &payload, &length, &broken)) {
        /* The parser ends the last text with a NUL behind the frame, where the next one may begin. */
        uint8_t behind = payload[length];
        if (!on_frame(work, connection, type, payload, length))
            return false;
        if (connection->fd < 0)
            return true;
        payload[length] = behind;
        connection_consume(connection);
    }
    return !broken;
}
