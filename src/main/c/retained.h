/*
 * What a command printed, as far as it is kept: its first bytes, and the last ones in a ring. A reader that keeps up
 * misses nothing; one that comes back later finds the head and the tail, and a gap in between.
 */
#ifndef SANDLOT_RETAINED_H
#define SANDLOT_RETAINED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#define RETAINED_HEAD (512u * 1024)
#define RETAINED_TAIL (512u * 1024)
#define RETAINED_SIZE (RETAINED_HEAD + RETAINED_TAIL)

struct retained {
    uint8_t *bytes; /* RETAINED_SIZE of them; the owner's */
    uint64_t total; /* all that was ever printed */
};

/* Room for bytes that overwrites none from offset `unread` on. */
size_t retained_room(const struct retained *retained, uint64_t unread);

/* Reads once, at most `most` bytes; as read(2). */
ssize_t retained_fill(struct retained *retained, int fd, size_t most);

/* The bytes at *offset as one piece; moves *offset over a gap. Length 0: there are no more yet. */
struct iovec retained_piece(const struct retained *retained, uint64_t *offset);

#endif
