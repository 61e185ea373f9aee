#include "stream.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define KEPT_WARM 4096u

void stream_open(struct stream *stream, int pipe)
{
    *stream = (struct stream){.retained.bytes = stream->retained.bytes, .pipe = pipe, .closed = pipe < 0};
}

static size_t waiting(const struct stream *stream)
{
    int bytes = 0;
    return !stream->closed && ioctl(stream->pipe, FIONREAD, &bytes) == 0 && bytes > 0 ? (size_t)bytes : 0;
}

/* False when there is nothing more to read now. */
static bool fill_once(struct stream *stream, size_t most)
{
    ssize_t length = retained_fill(&stream->retained, stream->pipe, most);
    if (length < 0 && errno == EAGAIN) {
        /* Who reads its own standard output may have been quicker. */
        stream->to_drain = 0;
        return false;
    }
    stream->closed = length <= 0;
    stream->to_drain -= stream->draining && length > 0 ? (size_t)length : 0;
    return length > 0;
}

void stream_fill(struct stream *stream, const uint64_t *unread, unsigned times)
{
    if (stream->closed)
        return;
    do {
        size_t most = unread ? retained_room(&stream->retained, *unread) : RETAINED_TAIL;
        if (stream->draining && most > stream->to_drain)
            most = stream->to_drain;
        if (most == 0 || !fill_once(stream, most))
            return;
    } while (stream->draining || --times > 0);
}

bool stream_is_behind(const struct stream *stream)
{
    return waiting(stream) > 0;
}

bool stream_has_room(const struct stream *stream, uint64_t unread)
{
    return stream->closed || retained_room(&stream->retained, unread) > 0;
}

void stream_drain(struct stream *stream)
{
    stream->to_drain = waiting(stream);
    stream->draining = true;
}

bool stream_is_drained(const struct stream *stream)
{
    return stream->closed || stream->to_drain == 0;
}

void stream_forget(struct stream *stream)
{
    if (stream->retained.total > KEPT_WARM)
        madvise(stream->retained.bytes, RETAINED_SIZE, MADV_DONTNEED);
    stream_open(stream, -1);
}
