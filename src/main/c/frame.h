/*
 * Frames: 4 bytes length (big endian, of what follows), 1 byte type, then the payload.
 * Payloads other than OUTPUT's are fields: 1 byte tag, 4 bytes length, the bytes.
 * Parsing is pure: it looks at a byte range and touches nothing else.
 */
#ifndef SANDLOT_FRAME_H
#define SANDLOT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

#define FRAME_HEADER 5u
/* Room for an EXITED or FAILED frame; the texts of a struct failure are bounded. */
#define ENDING_SIZE 320u
#define OUTPUT_HEADER (FRAME_HEADER + 9u)
/* A command of 2 MiB, its environment and its standard input fit; nothing larger is read. */
#define FRAME_LIMIT (6u * 1024 * 1024)

enum failed_tag { FAILED_WHAT = 1, FAILED_ON = 2, FAILED_ERRNO = 3, FAILED_KIND = 4 };

enum frame_type {
    FRAME_CREATE = 1, /* standard input only; answered by READY or FAILED on standard output */
    FRAME_PREPARE = 2, /* the same, before CREATE: the keeper stands ready for that one, with groups of its own */
    FRAME_EXEC = 16, /* answered by OUTPUT frames and one EXITED or FAILED */
    FRAME_KILL = 17, /* no answer of its own: the execution ends */
    FRAME_ATTACH = 18, /* as EXEC, for one that is under way or whose ending is held */
    FRAME_PING = 19, /* answered by PONG */
    FRAME_DESTROY = 20, /* answered by DESTROYED when nothing runs any more; then the folders go, and the keeper */
    FRAME_ACK = 21, /* the ending is stored: what is held of the execution may go */
    FRAME_CONNECT = 22, /* answered by CONNECTED or FAILED; from then on the connection is the service's stream */
    FRAME_FILES = 23, /* the same; from then on the connection is a courier's (ask.h) */
    FRAME_INPUT = 24, /* answered by DONE: so many bytes were taken; or by FAILED */
    FRAME_SIGNAL = 25, /* answered by DONE or FAILED */
    FRAME_EXTEND = 26, /* the sandbox's lifetime begins anew; answered by DONE */
    FRAME_OUTPUT = 32, /* 8 bytes offset in the execution's output, 1 byte stream, the bytes */
    FRAME_EXITED = 33,
    FRAME_FAILED = 34,
    FRAME_PONG = 35,
    FRAME_READY = 36,
    FRAME_DESTROYED = 37,
    FRAME_CONNECTED = 38,
    FRAME_DONE = 40,
};

struct field {
    uint8_t tag;
    uint32_t length;
    const uint8_t *bytes;
};

struct fields {
    const uint8_t *at;
    size_t left;
    bool broken;
};

struct fields fields_of(const uint8_t *payload, size_t length);

/* Takes the next field; false at the end and at the first broken one (then `broken` is set). */
bool fields_next(struct fields *fields, struct field *field);

/* A number of 1 to 8 bytes; any other length sets `broken`. */
uint64_t field_number(struct fields *fields, const struct field *field);

/* A frame under construction in a buffer of its owner; what does not fit sets `overflow`. */
struct frame_writer {
    uint8_t *buffer;
    size_t size;
    size_t length;
    bool overflow;
};

struct frame_writer frame_begin(uint8_t *buffer, size_t size, enum frame_type type);
void frame_bytes(struct frame_writer *writer, uint8_t tag, const void *bytes, size_t length);
void frame_text(struct frame_writer *writer, uint8_t tag, const char *text);
void frame_number(struct frame_writer *writer, uint8_t tag, uint64_t number);

/* Writes the length in front; returns the whole frame's size, 0 on overflow. */
size_t frame_end(struct frame_writer *writer);

/* A frame without fields, whole: FRAME_HEADER bytes. */
size_t bare_frame(uint8_t *buffer, enum frame_type type);

/* A FAILED frame, whole; its size. */
size_t failed_frame(uint8_t *buffer, size_t size, const struct failure *failure, uint64_t kind);

/* The header of an OUTPUT frame with `length` bytes behind it. */
void frame_output_header(uint8_t *header, uint64_t offset, uint8_t stream, uint32_t length);

uint32_t read_u32(const uint8_t *bytes);
void write_u32(uint8_t *bytes, uint32_t number);

#endif
