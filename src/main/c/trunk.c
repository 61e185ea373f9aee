#include "trunk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"

#define WINDOW 65536u
#define FRAME_MAX (TRUNK_HEADER + TRUNK_PIECE)
/* Room for a frame of each kind from every channel beside the data. */
#define RESERVE (CONNECTIONS_MAX * 64u)
#define WAITING_MAX (256u * 1024)
#define FLUSH_TIMEOUT_MS 1000

int trunk_open(struct trunk *trunk, int in, int out)
{
    *trunk = (struct trunk){.in = in, .out = out};
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
        trunk->channels[i].fd = -1;
    fcntl(in, F_SETFL, O_NONBLOCK);
    fcntl(out, F_SETFL, O_NONBLOCK);
    trunk->received = malloc(FRAME_MAX);
    trunk->waiting = malloc(WAITING_MAX);
    return trunk->received && trunk->waiting ? 0 : -1;
}

void trunk_send(struct trunk *trunk, enum trunk_type type, uint32_t id, const void *bytes, uint32_t length)
{
    /* Who does not read for so long that not even the reserve is enough is no partner any more. */
    if (trunk->waiting_length + TRUNK_HEADER + length > WAITING_MAX) {
        trunk->over = true;
        return;
    }
    uint8_t *at = trunk->waiting + trunk->waiting_length;
    at[0] = (uint8_t)type;
    write_u32(at + 1, id);
    write_u32(at + 5, length);
    if (length > 0)
        memcpy(at + TRUNK_HEADER, bytes, length);
    trunk->waiting_length += TRUNK_HEADER + length;
}

bool trunk_has_place(const struct trunk *trunk)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
        if (trunk->channels[i].fd < 0)
            return true;
    return false;
}

static struct channel *find(struct trunk *trunk, uint32_t id)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
        if (trunk->channels[i].fd >= 0 && trunk->channels[i].id == id)
            return &trunk->channels[i];
    return NULL;
}

bool trunk_add(struct trunk *trunk, int fd, uint32_t id)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        struct channel *channel = &trunk->channels[i];
        if (channel->fd >= 0)
            continue;
        uint8_t *bytes = malloc(WINDOW);
        if (!bytes)
            return false;
        *channel = (struct channel){.fd = fd, .id = id ? id : ++trunk->last_id, .credit = WINDOW, .bytes = bytes};
        if (!id)
            trunk_send(trunk, TRUNK_OPEN, channel->id, NULL, 0);
        return true;
    }
    return false;
}

static int release(struct channel *channel)
{
    int fd = channel->fd;
    free(channel->bytes);
    *channel = (struct channel){.fd = -1};
    return fd;
}

int trunk_take(struct trunk *trunk, uint32_t id)
{
    struct channel *channel = find(trunk, id);
    return channel ? release(channel) : -1;
}

static void drop(struct trunk *trunk, struct channel *channel)
{
    trunk_send(trunk, TRUNK_RESET, channel->id, NULL, 0);
    close(release(channel));
}

static bool has_room(const struct trunk *trunk)
{
    return trunk->waiting_length + FRAME_MAX + RESERVE <= WAITING_MAX;
}

/* From the descriptor to the other side. */
static void take(struct trunk *trunk, struct channel *channel)
{
    static uint8_t piece[TRUNK_PIECE];
    while (!channel->ended && channel->credit > 0 && has_room(trunk)) {
        size_t most = channel->credit < TRUNK_PIECE ? channel->credit : TRUNK_PIECE;
        ssize_t length = recv(channel->fd, piece, most, MSG_DONTWAIT);
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (length > 0) {
            channel->credit -= (uint32_t)length;
            trunk_send(trunk, TRUNK_DATA, channel->id, piece, (uint32_t)length);
        } else {
            channel->ended = true;
            trunk_send(trunk, TRUNK_END, channel->id, NULL, 0);
        }
    }
}

/* From the other side to the descriptor; false: its reader is gone. */
static bool give(struct trunk *trunk, struct channel *channel)
{
    uint32_t given = 0;
    while (channel->length > 0) {
        size_t piece = WINDOW - channel->start < channel->length ? WINDOW - channel->start : channel->length;
        ssize_t length = send(channel->fd, channel->bytes + channel->start, piece, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (length < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (length < 0)
            break;
        channel->start = (channel->start + (size_t)length) % WINDOW;
        channel->length -= (size_t)length;
        given += (uint32_t)length;
    }
    if (given > 0) {
        uint8_t number[4];
        write_u32(number, given);
        trunk_send(trunk, TRUNK_CREDIT, channel->id, number, sizeof number);
    }
    if (channel->closing && !channel->closed && channel->length == 0) {
        shutdown(channel->fd, SHUT_WR);
        channel->closed = true;
    }
    return true;
}

static bool keep(struct channel *channel, const uint8_t *bytes, uint32_t length)
{
    if (length > WINDOW - channel->length || channel->closing)
        return false;
    for (uint32_t done = 0; done < length;) {
        size_t at = (channel->start + channel->length) % WINDOW;
        size_t piece = WINDOW - at < length - done ? WINDOW - at : length - done;
        memcpy(channel->bytes + at, bytes + done, piece);
        channel->length += piece;
        done += (uint32_t)piece;
    }
    return true;
}

/* False for what breaks the protocol. Of a channel that is gone already nothing is wanted. */
static bool on_channel(struct trunk *trunk, enum trunk_type type, uint32_t id, const uint8_t *bytes, uint32_t length)
{
    struct channel *channel = find(trunk, id);
    if (!channel)
        return true;
    switch (type) {
    case TRUNK_DATA:
        return keep(channel, bytes, length);
    case TRUNK_END:
        channel->closing = true;
        return true;
    case TRUNK_RESET:
        close(release(channel));
        return true;
    default:
        if (length != 4 || read_u32(bytes) > WINDOW - channel->credit)
            return false;
        channel->credit += read_u32(bytes);
        return true;
    }
}

static bool on_frame(struct trunk *trunk, enum trunk_type type, uint32_t id, const uint8_t *bytes, uint32_t length)
{
    if (type >= TRUNK_DATA && type <= TRUNK_CREDIT)
        return on_channel(trunk, type, id, bytes, length);
    if (type != TRUNK_OPEN && type != TRUNK_REPORT && type != TRUNK_DYING && type != TRUNK_EXTEND && type != TRUNK_LEFT)
        return false;
    trunk->on_frame(trunk->owner, type, id, bytes, length);
    return true;
}

/* One frame at a time: as much as is known to belong to it. */
static void receive(struct trunk *trunk)
{
    while (!trunk->over) {
        size_t wanted = TRUNK_HEADER;
        if (trunk->received_length >= TRUNK_HEADER)
            wanted += read_u32(trunk->received + 5);
        if (wanted > FRAME_MAX) {
            trunk->over = true;
            return;
        }
        if (trunk->received_length >= TRUNK_HEADER && trunk->received_length == wanted) {
            trunk->received_length = 0;
            const uint8_t *frame = trunk->received;
            trunk->over = !on_frame(trunk, (enum trunk_type)frame[0], read_u32(frame + 1), frame + TRUNK_HEADER,
                                    (uint32_t)(wanted - TRUNK_HEADER));
            continue;
        }
        ssize_t length = read(trunk->in, trunk->received + trunk->received_length, wanted - trunk->received_length);
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        trunk->over = length <= 0;
        trunk->received_length += length > 0 ? (size_t)length : 0;
    }
}

static void write_out(struct trunk *trunk)
{
    size_t done = 0;
    while (done < trunk->waiting_length) {
        ssize_t length = write(trunk->out, trunk->waiting + done, trunk->waiting_length - done);
        if (length < 0 && errno != EAGAIN && errno != EINTR)
            trunk->over = true;
        if (length < 0)
            break;
        done += (size_t)length;
    }
    trunk->waiting_length -= done;
    memmove(trunk->waiting, trunk->waiting + done, trunk->waiting_length);
}

nfds_t trunk_polls(struct trunk *trunk, struct pollfd *polls)
{
    nfds_t count = 2;
    trunk->polls = polls;
    polls[0] = (struct pollfd){.fd = trunk->in, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = trunk->waiting_length > 0 ? trunk->out : -1, .events = POLLOUT};
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        struct channel *channel = &trunk->channels[i];
        if (channel->fd < 0)
            continue;
        bool takes = !channel->ended && channel->credit > 0 && has_room(trunk);
        short events = (short)((takes ? POLLIN : 0) | (channel->length > 0 ? POLLOUT : 0));
        /* That its partner is gone is seen when something can be done for it; and of one that has said all, at once. */
        bool looks = events || (channel->ended && !channel->left);
        channel->poll = &polls[count];
        polls[count++] = (struct pollfd){.fd = looks ? channel->fd : -1, .events = events};
    }
    return count;
}

/* Who is there no more, other than who has ended only its own direction, will read no answer (poll(2)). */
static void tell_left(struct trunk *trunk, struct channel *channel)
{
    if (!channel->ended || channel->left || !channel->poll || !(channel->poll->revents & POLLHUP))
        return;
    trunk_send(trunk, TRUNK_LEFT, channel->id, NULL, 0);
    channel->left = true;
}

static void serve(struct trunk *trunk, struct channel *channel)
{
    take(trunk, channel);
    tell_left(trunk, channel);
    if (!give(trunk, channel))
        drop(trunk, channel);
    else if (channel->ended && channel->closed)
        close(release(channel));
}

void trunk_serve(struct trunk *trunk)
{
    receive(trunk);
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
        if (trunk->channels[i].fd >= 0)
            serve(trunk, &trunk->channels[i]);
    write_out(trunk);
}

void trunk_flush(struct trunk *trunk)
{
    struct pollfd out = {.fd = trunk->out, .events = POLLOUT};
    for (;;) {
        write_out(trunk);
        if (trunk->waiting_length == 0 || trunk->over || poll(&out, 1, FLUSH_TIMEOUT_MS) <= 0)
            return;
    }
}

void trunk_close(struct trunk *trunk)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
        if (trunk->channels[i].fd >= 0)
            close(release(&trunk->channels[i]));
    free(trunk->received);
    free(trunk->waiting);
}
