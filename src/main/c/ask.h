/*
 * What a courier is asked for, and what it answers: errands in the sandbox's files. The parser is pure: it looks at the
 * frame and nothing else.
 */
#ifndef SANDLOT_ASK_H
#define SANDLOT_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

/* Of the frames between a courier and the server; the longest payload that either may send. */
#define PARCEL_MAX 65536u

enum parcel_type {
    PARCEL_ASK = 48, /* an errand */
    PARCEL_DATA = 49, /* bytes of a file */
    PARCEL_END = 50, /* of these bytes, or of the entries; a courier's also says: go on, and done */
    PARCEL_ENTRY = 51, /* what a file is */
};

enum ask_tag {
    ASK_ERRAND = 1,
    ASK_PATH = 2,
    ASK_OTHER = 3, /* where it moves to; where a link leads */
    ASK_MODE = 4,
    ASK_FLAGS = 5,
    ASK_OFFSET = 6,
    ASK_LENGTH = 7,
    ASK_ETAG = 8,
    ASK_AFTER = 9,
    ASK_DEPTH = 10,
    ASK_TIME = 11,
};

enum errand {
    ERRAND_STAT = 1,
    ERRAND_OPEN = 2,
    ERRAND_READ = 3, /* of what was opened */
    ERRAND_WRITE = 4,
    ERRAND_APPEND = 5,
    ERRAND_LIST = 6,
    ERRAND_FOLDER = 7,
    ERRAND_MOVE = 8,
    ERRAND_REMOVE = 9,
    ERRAND_FETCH = 10,
    ERRAND_ROOT = 11, /* a folder that the following are put into, whose paths are below it */
    ERRAND_PUT_FILE = 12,
    ERRAND_PUT_FOLDER = 13,
    ERRAND_PUT_LINK = 14, /* symbolic */
    ERRAND_PUT_NAME = 15, /* a further name of a file */
    ERRAND_SYNC = 16, /* are all that were put in their places? */
};

enum ask_flag {
    ASK_FLAG_ITSELF = 1, /* a link, and not where it leads */
    ASK_FLAG_NEW = 2, /* nothing may be there yet */
    ASK_FLAG_ALL = 4, /* a folder with all that is in it */
};

enum entry_tag {
    ENTRY_PATH = 1,
    ENTRY_MODE = 2, /* st_mode, its kind among it (inode(7)) */
    ENTRY_SIZE = 3,
    ENTRY_SECONDS = 4,
    ENTRY_UID = 5,
    ENTRY_GID = 6,
    ENTRY_ETAG = 7,
    ENTRY_TARGET = 8,
    ENTRY_MADE = 9, /* it was not there before */
    ENTRY_NANOS = 10,
};

/* Points into the frame it was parsed from. Texts end with NUL; NULL: not there. */
struct ask {
    enum errand errand;
    const char *path, *other, *etag, *after;
    bool has_mode;
    uint32_t mode;
    unsigned flags;
    uint64_t offset, length, seconds;
    uint32_t depth;
};

/* Ends each text in place with a NUL over the next field's tag, so the payload needs one spare byte at its end. */
int ask_parse(uint8_t *payload, uint32_t length, struct ask *ask, struct failure *failure);

#endif
