#include "parcels.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool receive_fully(int fd, uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t part = recv(fd, bytes, length, MSG_WAITALL);
        if (part == 0 || (part < 0 && errno != EINTR))
            return false;
        if (part > 0) {
            bytes += part;
            length -= (size_t)part;
        }
    }
    return true;
}

bool parcels_receive(struct parcels *parcels, struct parcel *parcel)
{
    if (!receive_fully(parcels->fd, parcels->in, FRAME_HEADER))
        return false;
    uint32_t size = read_u32(parcels->in);
    if (size < 1 || size - 1 > PARCEL_MAX)
        return false;
    parcel->type = (enum parcel_type)parcels->in[4];
    parcel->payload = parcels->in + FRAME_HEADER;
    parcel->length = size - 1;
    return receive_fully(parcels->fd, parcel->payload, parcel->length);
}

bool parcels_send(struct parcels *parcels, const uint8_t *frame, size_t length)
{
    while (length > 0) {
        ssize_t part = send(parcels->fd, frame, length, MSG_NOSIGNAL);
        if (part < 0 && errno != EINTR)
            return false;
        if (part > 0) {
            frame += part;
            length -= (size_t)part;
        }
    }
    return true;
}

static struct frame_writer begin(struct parcels *parcels, enum parcel_type type)
{
    return frame_begin(parcels->out, sizeof parcels->out, (enum frame_type)type);
}

static bool send_written(struct parcels *parcels, struct frame_writer *writer)
{
    size_t length = frame_end(writer);
    return length > 0 && parcels_send(parcels, parcels->out, length);
}

bool parcels_send_end(struct parcels *parcels)
{
    struct frame_writer writer = begin(parcels, PARCEL_END);
    return send_written(parcels, &writer);
}

bool parcels_send_more(struct parcels *parcels, const char *last)
{
    struct frame_writer writer = begin(parcels, PARCEL_END);
    frame_text(&writer, ENTRY_PATH, last);
    return send_written(parcels, &writer);
}

bool parcels_send_failure(struct parcels *parcels, const struct failure *failure)
{
    return parcels_send(parcels, parcels->out, failed_frame(parcels->out, sizeof parcels->out, failure, 1));
}

bool parcels_drain(struct parcels *parcels)
{
    struct parcel parcel;
    while (parcels_receive(parcels, &parcel) && (parcel.type == PARCEL_DATA || parcel.type == PARCEL_END))
        if (parcel.type == PARCEL_END)
            return true;
    return false;
}

int parcels_send_file(struct parcels *parcels, int file, uint64_t offset, uint64_t length)
{
    while (length > 0) {
        size_t most = length < PARCEL_MAX ? (size_t)length : PARCEL_MAX;
        ssize_t part = pread(file, parcels->out + FRAME_HEADER, most, (off_t)offset);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return part == 0 ? 1 : -1;
        write_u32(parcels->out, (uint32_t)part + 1);
        parcels->out[4] = PARCEL_DATA;
        if (!parcels_send(parcels, parcels->out, FRAME_HEADER + (size_t)part))
            return -2;
        offset += (uint64_t)part;
        length -= (uint64_t)part;
    }
    return 0;
}

void entry_etag(const struct stat *status, char *etag)
{
    snprintf(etag, ETAG_SIZE, "%llx-%llx-%llx%08lx", (unsigned long long)status->st_ino,
             (unsigned long long)status->st_size, (unsigned long long)status->st_mtim.tv_sec,
             (unsigned long)status->st_mtim.tv_nsec);
}

bool parcels_send_entry(struct parcels *parcels, const char *path, const struct stat *status, const char *target,
                        bool made)
{
    char etag[ETAG_SIZE];
    struct frame_writer writer = begin(parcels, PARCEL_ENTRY);
    entry_etag(status, etag);
    frame_text(&writer, ENTRY_PATH, path);
    frame_number(&writer, ENTRY_MODE, status->st_mode);
    frame_number(&writer, ENTRY_SIZE, (uint64_t)status->st_size);
    frame_number(&writer, ENTRY_SECONDS, status->st_mtim.tv_sec > 0 ? (uint64_t)status->st_mtim.tv_sec : 0);
    frame_number(&writer, ENTRY_NANOS, (uint64_t)status->st_mtim.tv_nsec);
    frame_number(&writer, ENTRY_UID, status->st_uid);
    frame_number(&writer, ENTRY_GID, status->st_gid);
    frame_text(&writer, ENTRY_ETAG, etag);
    if (target)
        frame_text(&writer, ENTRY_TARGET, target);
    if (made)
        frame_number(&writer, ENTRY_MADE, 1);
    return send_written(parcels, &writer);
}
