/* Frames between a courier and the server, one by one: both wait for each other. */
#ifndef SANDLOT_PARCELS_H
#define SANDLOT_PARCELS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "ask.h"
#include "frame.h"

struct parcels {
    int fd;
    uint8_t in[FRAME_HEADER + PARCEL_MAX + 1];
    uint8_t out[FRAME_HEADER + PARCEL_MAX];
};

/* What came last. */
struct parcel {
    enum parcel_type type;
    uint8_t *payload; /* with one spare byte behind it */
    uint32_t length;
};

/* Each returns false when the other side is gone, or broke the protocol. */
bool parcels_receive(struct parcels *parcels, struct parcel *parcel);
bool parcels_send(struct parcels *parcels, const uint8_t *frame, size_t length);

bool parcels_send_end(struct parcels *parcels);

/* The end of entries behind which there are more, which come after that one. */
bool parcels_send_more(struct parcels *parcels, const char *last);

bool parcels_send_failure(struct parcels *parcels, const struct failure *failure);

/* Takes what comes up to the next end, and does nothing with it. */
bool parcels_drain(struct parcels *parcels);

/*
 * So many bytes of a file that is open, from there on. 0: all is sent; 1: the file has no more; -1: with errno; -2: the
 * other side is gone.
 */
int parcels_send_file(struct parcels *parcels, int file, uint64_t offset, uint64_t length);

#define ETAG_SIZE 64u

/* The same for as long as a file's content is: by its inode, length and time. */
void entry_etag(const struct stat *status, char *etag);

/* `target` is where a link leads, or NULL. `made`: it was not there before. */
bool parcels_send_entry(struct parcels *parcels, const char *path, const struct stat *status, const char *target,
                        bool made);

#endif
