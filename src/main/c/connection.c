#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_SIZE 16384u
#define PIECE_MAX 65536u
/* Behind the longest frame one byte is spare, see spec.h. */
#define IN_SIZE_MAX (FRAME_LIMIT + FRAME_HEADER + 1u)

bool connection_open(struct connection *connection, int fd)
{
    *connection = (struct connection){.fd = fd, .in_size = IN_SIZE};
    connection->in = malloc(IN_SIZE);
    connection->answers = malloc(ANSWERS_SIZE);
    connection->sending_head = malloc(ANSWERS_SIZE);
    if (connection->in && connection->answers && connection->sending_head)
        return true;
    connection_close(connection);
    return false;
}

void connection_close(struct connection *connection)
{
    close(connection->fd);
    connection_release(connection);
}

void connection_release(struct connection *connection)
{
    free(connection->in);
    free(connection->answers);
    free(connection->sending_head);
    *connection = (struct connection){.fd = -1};
}

static size_t frame_size(const struct connection *connection)
{
    return connection->in_length < 4 ? FRAME_HEADER : 4 + (size_t)read_u32(connection->in);
}

static bool resize(struct connection *connection, size_t size)
{
    uint8_t *bytes = realloc(connection->in, size);
    if (!bytes)
        return false;
    connection->in = bytes;
    connection->in_size = size;
    return true;
}

bool connection_receive(struct connection *connection)
{
    size_t needed = frame_size(connection) + 1;
    if (needed > connection->in_size && (needed > IN_SIZE_MAX || !resize(connection, needed)))
        return false;
    size_t room = connection->in_size - 1 - connection->in_length;
    if (room == 0)
        return true;
    ssize_t length = recv(connection->fd, connection->in + connection->in_length, room, MSG_DONTWAIT);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    connection->in_length += (size_t)length;
    return length > 0;
}

bool connection_frame(struct connection *connection, enum frame_type *type, uint8_t **payload, uint32_t *length,
                      bool *broken)
{
    size_t size = frame_size(connection);
    *broken = size < FRAME_HEADER || size > FRAME_LIMIT + FRAME_HEADER;
    if (*broken || connection->in_length < size)
        return false;
    *type = (enum frame_type)connection->in[4];
    *payload = connection->in + FRAME_HEADER;
    *length = (uint32_t)(size - FRAME_HEADER);
    return true;
}

void connection_consume(struct connection *connection)
{
    size_t size = frame_size(connection);
    connection->in_length -= size;
    memmove(connection->in, connection->in + size, connection->in_length);
    if (connection->in_size > IN_SIZE && connection->in_length < IN_SIZE)
        resize(connection, IN_SIZE);
}

bool connection_answer(struct connection *connection, const uint8_t *frame, size_t length)
{
    if (length > ANSWERS_SIZE - connection->answers_length)
        return false;
    memcpy(connection->answers + connection->answers_length, frame, length);
    connection->answers_length += length;
    return true;
}

static size_t left_to_send(const struct connection *connection)
{
    return connection->sending[0].iov_len + connection->sending[1].iov_len;
}

static void begin_sending(struct connection *connection, const uint8_t *head, size_t length)
{
    memcpy(connection->sending_head, head, length);
    connection->sending[0] = (struct iovec){.iov_base = connection->sending_head, .iov_len = length};
}

static bool next_output(struct connection *connection)
{
    struct execution *execution = connection->execution;
    bool split = execution->split;
    for (unsigned i = 0; i < STREAMS; i++) {
        struct iovec piece = retained_piece(&execution->streams[i].retained, &connection->offsets[i]);
        if (piece.iov_len == 0)
            continue;
        if (piece.iov_len > PIECE_MAX)
            piece.iov_len = PIECE_MAX;
        uint8_t head[OUTPUT_HEADER];
        frame_output_header(head, connection->offsets[i], (uint8_t)(split ? i + 1 : 0), (uint32_t)piece.iov_len);
        begin_sending(connection, head, sizeof head);
        connection->sending[1] = piece;
        connection->sending_stream = i;
        return true;
    }
    return false;
}

/* Answers first, then output, then the ending. */
static bool next_frame(struct connection *connection)
{
    if (connection->answers_length > 0) {
        begin_sending(connection, connection->answers, connection->answers_length);
        connection->answers_length = 0;
        return true;
    }
    if (!connection->execution)
        return false;
    if (next_output(connection))
        return true;
    if (connection->execution->state != EXECUTION_ENDED)
        return false;
    begin_sending(connection, connection->execution->ending, connection->execution->ending_length);
    connection->execution = NULL;
    return true;
}

static void sent(struct connection *connection, size_t length)
{
    for (unsigned i = 0; i < 2 && length > 0; i++) {
        struct iovec *part = &connection->sending[i];
        size_t taken = length < part->iov_len ? length : part->iov_len;
        part->iov_base = (uint8_t *)part->iov_base + taken;
        part->iov_len -= taken;
        length -= taken;
        /* Only now may the ring overwrite these bytes. */
        if (i == 1)
            connection->offsets[connection->sending_stream] += taken;
    }
}

bool connection_send(struct connection *connection)
{
    while (left_to_send(connection) > 0 || next_frame(connection)) {
        struct msghdr message = {.msg_iov = connection->sending, .msg_iovlen = 2};
        ssize_t length = sendmsg(connection->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (length < 0)
            return errno == EAGAIN || errno == EINTR;
        sent(connection, (size_t)length);
    }
    return true;
}

bool connection_blocked(const struct connection *connection)
{
    return left_to_send(connection) > 0;
}
