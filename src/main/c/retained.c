#include "retained.h"

/* Offsets from RETAINED_HEAD on live in the ring behind the head. */
static size_t place(uint64_t offset)
{
    return offset < RETAINED_HEAD ? (size_t)offset : RETAINED_HEAD + (size_t)((offset - RETAINED_HEAD) % RETAINED_TAIL);
}

/* How many bytes from `offset` on lie side by side. */
static size_t contiguous(uint64_t offset)
{
    return offset < RETAINED_HEAD ? RETAINED_HEAD - (size_t)offset : RETAINED_SIZE - place(offset);
}

size_t retained_room(const struct retained *retained, uint64_t unread)
{
    uint64_t kept_from = unread < RETAINED_HEAD ? RETAINED_HEAD : unread;
    uint64_t full_at = kept_from + RETAINED_TAIL;
    return retained->total >= full_at ? 0 : (size_t)(full_at - retained->total);
}

ssize_t retained_fill(struct retained *retained, int fd, size_t most)
{
    size_t first = contiguous(retained->total);
    struct iovec parts[2] = {
        {.iov_base = retained->bytes + place(retained->total), .iov_len = first < most ? first : most}};
    int count = 1;
    if (most > first) {
        size_t rest = most - first;
        parts[1] = (struct iovec){.iov_base = retained->bytes + RETAINED_HEAD,
                                  .iov_len = rest < RETAINED_TAIL ? rest : RETAINED_TAIL};
        count = 2;
    }
    ssize_t length = readv(fd, parts, count);
    if (length > 0)
        retained->total += (uint64_t)length;
    return length;
}

struct iovec retained_piece(const struct retained *retained, uint64_t *offset)
{
    uint64_t oldest = retained->total > RETAINED_SIZE ? retained->total - RETAINED_TAIL : RETAINED_HEAD;
    if (*offset >= RETAINED_HEAD && *offset < oldest)
        *offset = oldest;
    if (*offset >= retained->total)
        return (struct iovec){0};
    uint64_t left = retained->total - *offset;
    size_t most = contiguous(*offset);
    return (struct iovec){.iov_base = retained->bytes + place(*offset), .iov_len = left < most ? (size_t)left : most};
}
