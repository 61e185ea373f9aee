/*
 * Many connections over one pair of pipes: between a gate, outside of a container, and the keeper inside of it. Each
 * direction of each channel has an end of its own, and credit: who sends waits until the other side has passed on what
 * came before, so that a reader who is slow holds up nobody else.
 *
 * A frame: 1 byte type, 4 bytes channel, 4 bytes length (big endian), the bytes.
 */
#ifndef SANDLOT_TRUNK_H
#define SANDLOT_TRUNK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "places.h"

#define TRUNK_POLLS_MAX (2 + CONNECTIONS_MAX)
#define TRUNK_PIECE 16384u
#define TRUNK_HEADER 9u

enum trunk_type {
    TRUNK_OPEN = 1, /* a new channel; the gate's only */
    TRUNK_DATA = 2,
    TRUNK_END = 3, /* nothing more comes on it */
    TRUNK_RESET = 4, /* it is gone, both ways */
    TRUNK_CREDIT = 5, /* 4 bytes: how many more may be sent */
    TRUNK_REPORT = 6, /* the keeper's READY or FAILED frame */
    TRUNK_DYING = 7, /* the keeper ends because this channel asked for it (0: another reason) */
    TRUNK_EXTEND = 8, /* 4 bytes: how many seconds the sandbox is to live from now on */
    TRUNK_LEFT = 9, /* who has ended a channel is not there any more, to hear what may come */
};

struct channel {
    int fd; /* -1: free */
    uint32_t id;
    uint32_t credit; /* bytes that may still be sent */
    bool ended; /* its descriptor is at its end, and the other side knows */
    bool closing; /* the other side has ended */
    bool closed; /* and the descriptor's reader knows */
    bool left; /* its descriptor's other side is gone, and the other side of the trunk knows */
    uint8_t *bytes; /* what waits for the descriptor */
    size_t start, length;
    struct pollfd *poll;
};

struct trunk {
    int in, out;
    bool over; /* the other side is gone, or broke the protocol */
    struct channel channels[CONNECTIONS_MAX];
    uint32_t last_id;
    uint8_t *received; /* the beginning of a frame */
    size_t received_length;
    uint8_t *waiting; /* what is to be written */
    size_t waiting_length;
    struct pollfd *polls;
    /* Called for what is not between two descriptors: OPEN, REPORT, DYING, EXTEND, LEFT. */
    void (*on_frame)(void *owner, enum trunk_type type, uint32_t id, const uint8_t *bytes, uint32_t length);
    void *owner;
};

/* Both descriptors become non-blocking. -1: no memory. */
int trunk_open(struct trunk *trunk, int in, int out);

/* Makes `fd` one end of a channel; `id` 0: a new one, of which the other side is told. False: no room. */
bool trunk_add(struct trunk *trunk, int fd, uint32_t id);

/* Queues a frame that is no channel's. */
void trunk_send(struct trunk *trunk, enum trunk_type type, uint32_t id, const void *bytes, uint32_t length);

bool trunk_has_place(const struct trunk *trunk);

nfds_t trunk_polls(struct trunk *trunk, struct pollfd *polls);

/* Moves what can be moved. */
void trunk_serve(struct trunk *trunk);

/* Writes what is queued, for a second at most. */
void trunk_flush(struct trunk *trunk);

/* The descriptor of a channel, which is none any more; -1: there is none of that id. */
int trunk_take(struct trunk *trunk, uint32_t id);

void trunk_close(struct trunk *trunk);

#endif
