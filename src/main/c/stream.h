/* One stream of a command: what it prints into a pipe is read, and retained. */
#ifndef SANDLOT_STREAM_H
#define SANDLOT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "retained.h"

struct stream {
    struct retained retained;
    int pipe; /* its reading end, non-blocking; -1: there is none */
    bool closed; /* nothing more comes */
    bool draining; /* only what was in the pipe already is still read */
    size_t to_drain; /* and that is so much */
};

/* Nothing is in it yet; its room stays. -1: nobody prints there. */
void stream_open(struct stream *stream, int pipe);

/*
 * Reads so many times at most, or all that is to be drained. `unread`: an offset from which on nothing is overwritten.
 * NULL: what does not fit is.
 */
void stream_fill(struct stream *stream, const uint64_t *unread, unsigned times);

/* Whether there is something in the pipe that has not been read. */
bool stream_is_behind(const struct stream *stream);

/* Whether more can be read without overwriting what nobody has read from that offset on. */
bool stream_has_room(const struct stream *stream, uint64_t unread);

/* What is in the pipe by now is the last that is read. */
void stream_drain(struct stream *stream);
bool stream_is_drained(const struct stream *stream);

/* Most commands print little; the memory of a larger output goes back at once. */
void stream_forget(struct stream *stream);

#endif
