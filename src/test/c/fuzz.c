/*
 * fuzz [seed] [rounds]: feeds the keeper's parsers, its connections and its
 * rings with frames that are nearly right. Built with address and undefined
 * behaviour sanitizers, which end it at the first access that is not its own;
 * what must hold besides is checked here. The same seed makes the same run.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ask.h"
#include "connection.h"
#include "frame.h"
#include "parcels.h"
#include "retained.h"
#include "spec.h"
#include "trunk.h"

#define PAYLOAD_MAX 2048u
#define FRAME_MAX (PAYLOAD_MAX + FRAME_HEADER)
#define FIRST_FIELD 14u

static uint64_t state;

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled". */
static uint32_t any(uint32_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 2685821657736338717ull) >> 32) % below;
}

static void any_field(struct frame_writer *writer, uint8_t tag)
{
    static const char *const texts[] = {"", "/", "/tmp", "a=b", "memory=/x", "0123-abcd", "x\ny", "root", "echo hi"};
    char bytes[300];
    switch (any(4)) {
    case 0:
        frame_number(writer, tag, any(2) ? any(3) : (uint64_t)any(UINT32_MAX) << any(33));
        break;
    case 1:
        memset(bytes, (int)any(256), sizeof bytes);
        frame_bytes(writer, tag, bytes, any(sizeof bytes));
        break;
    default:
        frame_text(writer, tag, texts[any(sizeof texts / sizeof *texts)]);
    }
}

static size_t any_frame(uint8_t *frame)
{
    static const enum frame_type types[] = {FRAME_CREATE, FRAME_EXEC, FRAME_KILL,    FRAME_ATTACH,
                                            FRAME_PING,   FRAME_ACK,  FRAME_CONNECT, FRAME_DESTROY};
    struct frame_writer writer = frame_begin(frame, FRAME_MAX, types[any(sizeof types / sizeof *types)]);
    frame_text(&writer, EXEC_ID, "0a1b-2c3d");
    if (any(4))
        frame_text(&writer, EXEC_COMMAND, "echo hi");
    if (any(4))
        frame_number(&writer, EXEC_TIMEOUT_MS, 1000);
    for (uint32_t more = any(12); more > 0; more--)
        any_field(&writer, (uint8_t)(any(8) ? 1 + any(34) : any(256)));
    size_t size = frame_end(&writer);
    assert(size >= FRAME_HEADER && size <= FRAME_MAX && read_u32(frame) == size - 4);
    return size;
}

/* Bits flip, lengths lie, ends are cut off. */
static size_t damage(uint8_t *bytes, size_t size)
{
    static const uint32_t lies[] = {0, 1, 5, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffb};
    for (uint32_t times = any(4); times > 0 && size > 4; times--) {
        switch (any(3)) {
        case 0:
            bytes[any((uint32_t)size)] ^= (uint8_t)(1u << any(8));
            break;
        case 1:
            write_u32(bytes + any((uint32_t)size - 3), lies[any(sizeof lies / sizeof *lies)]);
            break;
        default:
            size -= any((uint32_t)size / 2 + 1);
        }
    }
    return size;
}

static void check_text(const char *text, const uint8_t *from, size_t size)
{
    if (text)
        assert((const uint8_t *)text >= from && memchr(text, 0, size + 1 - (size_t)((const uint8_t *)text - from)));
}

static void check_exec(uint8_t *payload, uint32_t length)
{
    struct exec_spec spec;
    struct failure failure;
    if (exec_spec_parse(payload, length, &spec, &failure) < 0)
        return;
    assert(spec.id[0] && strlen(spec.id) < ID_SIZE && strlen(spec.command) == spec.command_length &&
           spec.timeout_ms > 0);
    assert(spec.env_count <= ENV_MAX && spec.env[ENV_MAX] == NULL);
    check_text(spec.cwd, payload, length);
    check_text(spec.user, payload, length);
    check_text(spec.shell, payload, length);
    for (unsigned i = 0; i < spec.env_count; i++)
        check_text(spec.env[i], payload, length);
    if (spec.standard_input_length > 0)
        assert(spec.standard_input >= payload && spec.standard_input + spec.standard_input_length <= payload + length);
}

static void check_create(const uint8_t *payload, uint32_t length)
{
    static struct sandbox_spec spec;
    struct failure failure;
    memset(&spec, 0, offsetof(struct sandbox_spec, layers));
    if (sandbox_spec_parse(payload, length, &spec, &failure) < 0)
        return;
    assert(spec.layer_count <= LAYERS_MAX && spec.controller_count <= CONTROLLERS_MAX && spec.workdir[0] == '/');
    assert(strlen(spec.id) < ID_SIZE && !strchr(spec.id, '/') && strlen(spec.socket) < PATH_MAX);
}

static void check_ask(uint8_t *payload, uint32_t length)
{
    struct ask ask;
    struct failure failure;
    if (ask_parse(payload, length, &ask, &failure) < 0)
        return;
    assert(ask.errand >= ERRAND_STAT && ask.errand <= ERRAND_SYNC && ask.mode <= 07777);
    check_text(ask.path, payload, length);
    check_text(ask.other, payload, length);
    check_text(ask.etag, payload, length);
    check_text(ask.after, payload, length);
    assert(!ask.path || (ask.path[0] && strlen(ask.path) < PATH_MAX));
}

/* Each payload in memory of exactly its size, so that the byte behind it is nobody's. */
static void check_prepared(const uint8_t *payload, uint32_t length)
{
    static struct prepared prepared;
    struct failure failure;
    if (prepared_parse(payload, length, &prepared, &failure) < 0)
        return;
    assert(prepared.count <= CONTROLLERS_MAX);
    for (unsigned i = 0; i < prepared.count; i++)
        assert(prepared.controllers[i].path[0] && strlen(prepared.controllers[i].path) < PATH_MAX);
}

static void check_steering(const uint8_t *payload, uint32_t length)
{
    struct input_spec input;
    struct failure failure;
    char id[ID_SIZE];
    uint32_t seconds;
    int number;
    if (input_spec_parse(payload, length, &input, &failure) == 0) {
        assert(strlen(input.id) > 0 && strlen(input.id) < ID_SIZE);
        assert(input.length == 0 || (input.bytes >= payload && input.bytes + input.length <= payload + length));
    }
    if (signal_spec_parse(payload, length, id, &number, &failure) == 0)
        assert(strlen(id) > 0 && strlen(id) < ID_SIZE && number >= 1 && number <= 64);
    if (extend_spec_parse(payload, length, &seconds, &failure) == 0)
        assert(seconds > 0);
}

/* Each payload in memory of exactly its size, so that the byte behind it is
 * nobody's. */
static void parse(void)
{
    uint8_t frame[FRAME_MAX];
    size_t size = damage(frame, any_frame(frame));
    uint32_t length = size > FRAME_HEADER ? (uint32_t)(size - FRAME_HEADER) : 0;
    uint8_t *exact = malloc(length ? length : 1), *spare = malloc(length + 1u);
    assert(exact && spare);
    memcpy(exact, frame + FRAME_HEADER, length);
    memcpy(spare, frame + FRAME_HEADER, length);
    char id[ID_SIZE];
    uint64_t offsets[STREAMS];
    struct failure failure;
    check_create(exact, length);
    /* Behind the id, which these frames do not have. */
    if (length > FIRST_FIELD)
        check_prepared(exact + FIRST_FIELD, length - FIRST_FIELD);
    if (attach_spec_parse(exact, length, id, offsets, &failure) == 0)
        assert(strlen(id) > 0 && strlen(id) < ID_SIZE);
    uint16_t port;
    if (connect_spec_parse(exact, length, &port, &failure) == 0)
        assert(port > 0);
    check_steering(exact, length);
    check_exec(spare, length);
    memcpy(spare, frame + FRAME_HEADER, length);
    check_ask(spare, length);
    char user[USER_SIZE];
    if (files_spec_parse(exact, length, user, &failure) == 0)
        assert(strlen(user) < sizeof user);
    free(exact);
    free(spare);
}

/* Returns false when the connection is to be closed. */
static bool take_frames(struct connection *connection)
{
    enum frame_type type;
    uint8_t *payload;
    uint32_t length;
    bool broken = false;
    while (connection_frame(connection, &type, &payload, &length, &broken)) {
        assert(payload + length + 1 <= connection->in + connection->in_size);
        uint8_t behind = payload[length];
        if (type == FRAME_EXEC)
            check_exec(payload, length);
        payload[length] = behind;
        connection_consume(connection);
    }
    return !broken;
}

/* What arrives in pieces of any size is the frames that were sent, or the end
 * of the connection. */
static void receive(void)
{
    int ends[2];
    struct connection connection;
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && connection_open(&connection, ends[0]));
    bool open = true;
    for (uint32_t frames = 1 + any(6); frames > 0 && open; frames--) {
        uint8_t frame[FRAME_MAX];
        size_t size = any_frame(frame);
        if (any(3) == 0)
            size = damage(frame, size);
        for (size_t sent = 0; sent < size && open;) {
            size_t piece = 1 + any((uint32_t)(size - sent));
            assert(write(ends[1], frame + sent, piece) == (ssize_t)piece);
            sent += piece;
            open = connection_receive(&connection) && take_frames(&connection);
        }
    }
    connection_close(&connection);
    close(ends[1]);
}

/* What asks a courier, whole or broken: it is taken as it was sent, or it is the end. */
static void ask(void)
{
    static struct parcels parcels;
    static uint8_t frame[FRAME_MAX];
    int ends[2];
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    struct frame_writer writer = frame_begin(frame, sizeof frame, (enum frame_type)PARCEL_ASK);
    frame_number(&writer, ASK_ERRAND, any(20));
    frame_text(&writer, ASK_PATH, "/some/path");
    for (uint32_t more = any(6); more > 0; more--)
        any_field(&writer, (uint8_t)(1 + any(13)));
    size_t size = frame_end(&writer), sent = any(3) ? damage(frame, size) : size;
    assert(write(ends[1], frame, sent) == (ssize_t)sent);
    close(ends[1]);
    parcels.fd = ends[0];
    struct parcel parcel;
    while (parcels_receive(&parcels, &parcel)) {
        assert(parcel.length <= PARCEL_MAX);
        check_ask(parcel.payload, parcel.length);
    }
    close(ends[0]);
}

static uint8_t printed(uint64_t offset)
{
    return (uint8_t)((offset * 2654435761u) >> 24);
}

/* A reader that may be slow gets, of what was printed, the right bytes in the
 * right places. */
static void retain(uint8_t *room)
{
    struct retained retained = {.bytes = room};
    int ends[2];
    assert(pipe(ends) == 0);
    uint64_t read_to = 0;
    bool slow = any(2);
    for (uint32_t steps = 1 + any(60); steps > 0; steps--) {
        static uint8_t piece[65536];
        uint32_t size = 1 + any(sizeof piece);
        for (uint32_t i = 0; i < size; i++)
            piece[i] = printed(retained.total + i);
        assert(write(ends[1], piece, size) == (ssize_t)size);
        for (uint32_t left = size; left > 0;) {
            ssize_t length = retained_fill(&retained, ends[0], left);
            assert(length > 0 && length <= (ssize_t)left);
            left -= (uint32_t)length;
        }
        while (slow ? any(40) == 0 : any(3) > 0) {
            struct iovec part = retained_piece(&retained, &read_to);
            assert(read_to <= retained.total && part.iov_len <= retained.total - read_to);
            for (size_t i = 0; i < part.iov_len; i++)
                assert(((uint8_t *)part.iov_base)[i] == printed(read_to + i));
            read_to += part.iov_len;
        }
        assert(retained_room(&retained, retained.total) == RETAINED_TAIL || retained.total < RETAINED_HEAD);
    }
    close(ends[0]);
    close(ends[1]);
}

static struct trunk trunk;

/* Channels are opened as the other side asks; whoever is at their other end
 * reads and writes now and then. */
static void on_trunk_frame(void *owner, enum trunk_type type, uint32_t id, const uint8_t *bytes, uint32_t length)
{
    int ends[2], *others = owner;
    assert(type == TRUNK_OPEN || type == TRUNK_REPORT || type == TRUNK_DYING || type == TRUNK_EXTEND ||
           type == TRUNK_LEFT);
    assert(length == 0 || bytes);
    if (type != TRUNK_OPEN || others[id % 8] >= 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0)
        return;
    assert(trunk_add(&trunk, ends[0], id ? id : 1));
    others[id % 8] = ends[1];
}

/* A frame of every kind that is no channel's is let through to the owner. */
static void pass(int in)
{
    static const uint8_t kinds[] = {TRUNK_REPORT, TRUNK_DYING, TRUNK_EXTEND, TRUNK_LEFT};
    for (unsigned i = 0; i < sizeof kinds; i++) {
        uint8_t bytes[TRUNK_HEADER + 4] = {kinds[i]};
        write_u32(bytes + 5, 4);
        assert(write(in, bytes, sizeof bytes) == (ssize_t)sizeof bytes);
        trunk_serve(&trunk);
        assert(!trunk.over);
    }
}

/* Frames of a trunk in any order: what breaks the protocol ends it, and nothing
 * else. */
static void carry(void)
{
    int in[2], out[2], others[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
    struct pollfd polls[TRUNK_POLLS_MAX];
    assert(pipe(in) == 0 && pipe(out) == 0 && trunk_open(&trunk, in[0], out[1]) == 0);
    trunk.owner = others;
    trunk.on_frame = on_trunk_frame;
    pass(in[1]);
    /* At times one channel gets more than it may. */
    bool flood = any(4) == 0;
    for (uint32_t times = 1 + any(flood ? 200 : 60); times > 0 && !trunk.over; times--) {
        static uint8_t bytes[TRUNK_HEADER + TRUNK_PIECE];
        uint32_t length = any(4) ? any(any(2) ? 600 : TRUNK_PIECE) : any(2) * 4;
        memset(bytes, 0, sizeof bytes);
        bytes[0] = (uint8_t)(flood ? 1 + any(2) : any(20) ? 1 + any(TRUNK_LEFT) : any(256));
        write_u32(bytes + 1, flood ? 1 : any(8));
        write_u32(bytes + 5, flood || any(50) ? length : any(UINT32_MAX));
        if (any(2))
            write_u32(bytes + TRUNK_HEADER, any(1000));
        assert(write(in[1], bytes, TRUNK_HEADER + length) == (ssize_t)(TRUNK_HEADER + length));
        int other = others[any(8)];
        if (other >= 0 && any(2)) {
            ssize_t ignored = any(2) ? write(other, bytes, 1 + any(500)) : read(other, bytes, 1 + any(500));
            (void)ignored;
        }
        trunk_serve(&trunk);
        assert(trunk_polls(&trunk, polls) <= TRUNK_POLLS_MAX);
        for (unsigned i = 0; i < CONNECTIONS_MAX; i++)
            assert(trunk.channels[i].fd < 0 || trunk.channels[i].length <= 65536);
    }
    trunk_close(&trunk);
    for (unsigned i = 0; i < 8; i++)
        if (others[i] >= 0)
            close(others[i]);
    close(in[0]), close(in[1]), close(out[0]), close(out[1]);
}

int main(int count, char **arguments)
{
    uint64_t seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    uint32_t rounds = count > 2 ? (uint32_t)strtoul(arguments[2], NULL, 10) : 20000;
    uint8_t *room = malloc(RETAINED_SIZE);
    assert(room);
    state = seed * 2 + 1;
    signal(SIGPIPE, SIG_IGN);
    for (uint32_t round = 0; round < rounds; round++) {
        parse();
        receive();
        carry();
        ask();
        if (round % 100 == 0)
            retain(room);
    }
    free(room);
    printf("fuzz: %u rounds from seed %llu\n", rounds, (unsigned long long)seed);
    return 0;
}
