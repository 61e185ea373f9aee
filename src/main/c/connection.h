/*
 * One connection of the server: whole frames in, frames out, never blocking. It may be attached to one execution,
 * whose output and ending it then carries; when it goes, the execution goes on.
 */
#ifndef SANDLOT_CONNECTION_H
#define SANDLOT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "execution.h"
#include "frame.h"

#define ANSWERS_SIZE 8192u

struct connection {
    int fd; /* -1: this place is free */
    uint8_t *in;
    size_t in_size;
    size_t in_length;
    struct execution *execution; /* attached, or NULL */
    uint64_t offsets[STREAMS]; /* of its streams: all before is sent */
    unsigned sending_stream;
    uint8_t *answers; /* frames that wait to be sent, ANSWERS_SIZE bytes at most */
    size_t answers_length;
    uint8_t *sending_head; /* what is being sent: this, then the body */
    struct iovec sending[2];
    uint32_t channel; /* of a trunk; 0: it came by itself */
};

bool connection_open(struct connection *connection, int fd);
void connection_close(struct connection *connection);

/* The same, but for its descriptor, which is somebody else's now. */
void connection_release(struct connection *connection);

/* Reads what has come; false when the other side is gone, or broke the protocol. */
bool connection_receive(struct connection *connection);

/*
 * The next whole frame's payload, if it has come; the byte behind it may be overwritten until connection_consume.
 * `broken` is set for a frame that is too large.
 */
bool connection_frame(struct connection *connection, enum frame_type *type, uint8_t **payload, uint32_t *length,
                      bool *broken);

/* Lets go of that frame. */
void connection_consume(struct connection *connection);

/* Queues an answer (a whole frame); false when its reader lets too many pile up. */
bool connection_answer(struct connection *connection, const uint8_t *frame, size_t length);

/* Sends until the socket is full or nothing is left; false when the other side is gone. Detaches after an ending. */
bool connection_send(struct connection *connection);

/* True while something waits for the socket. */
bool connection_blocked(const struct connection *connection);

#endif
