/* What the server asks for: a sandbox (CREATE) and a command in it (EXEC). Texts are copied and bounded. */
#ifndef SANDLOT_SPEC_H
#define SANDLOT_SPEC_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

#define LAYERS_MAX 127
#define CONTROLLERS_MAX 8
#define ENV_MAX 512
#define RUNTIME_ARGUMENTS_MAX 8
#define ID_SIZE 40
#define USER_SIZE 260
#define PROCESSES_UNKNOWN UINT64_MAX

enum sandbox_tag {
    SANDBOX_ID = 1,
    SANDBOX_SOCKET = 2,
    SANDBOX_LAYER = 3,
    SANDBOX_HOST_IMAGE = 4,
    SANDBOX_HOSTNAME = 5,
    SANDBOX_UID_BASE = 6,
    SANDBOX_UID_COUNT = 7,
    SANDBOX_CGROUP2 = 8,
    SANDBOX_CGROUP1 = 9,
    SANDBOX_MEMORY = 10,
    SANDBOX_PIDS = 11,
    SANDBOX_CPU_MILLIS = 12,
    SANDBOX_DISK = 13,
    SANDBOX_OPEN_FILES = 14,
    SANDBOX_LIFETIME = 15,
    SANDBOX_WORKDIR = 16,
    SANDBOX_CARRIER = 17,
    SANDBOX_FILTER_TOOL = 18,
    SANDBOX_FILTER = 19,
    SANDBOX_RESOLVES = 20,
    SANDBOX_HOSTS = 21,
    SANDBOX_UID_TOOL = 22,
    SANDBOX_GID_TOOL = 23,
    SANDBOX_GRANTED_UIDS = 24,
    SANDBOX_GRANTED_GIDS = 25,
    SANDBOX_GRANTED_COUNT = 26,
    SANDBOX_RUNTIME = 27,
    SANDBOX_RUNTIME_ARGUMENT = 28,
    SANDBOX_RUNTIME_CONFIG = 29,
    SANDBOX_INSIDE = 30,
    SANDBOX_RUNTIME_MEMORY = 31,
    SANDBOX_RUNTIME_PIDS = 32,
    SANDBOX_RUNTIME_FLAGS = 33,
    SANDBOX_USER = 34,
};

enum exec_tag {
    EXEC_ID = 1,
    EXEC_COMMAND = 2,
    EXEC_TIMEOUT_MS = 3,
    EXEC_CWD = 4,
    EXEC_ENV = 5,
    EXEC_STDIN = 6,
    EXEC_USER = 7,
    EXEC_SPLIT = 8,
    EXEC_WHOLE = 9,
    EXEC_SHELL = 10,
    EXEC_IDLE_MS = 11,
    EXEC_STDIN_OPEN = 12,
};

enum input_tag { INPUT_ID = 1, INPUT_BYTES = 2, INPUT_END = 3 };

enum signal_tag { SIGNAL_ID = 1, SIGNAL_NUMBER = 2 };

enum extend_tag { EXTEND_SECONDS = 1 };

enum done_tag { DONE_COUNT = 1 };

enum exited_tag {
    EXITED_CODE = 1,
    EXITED_SIGNAL = 2,
    EXITED_FLAGS = 3,
    EXITED_CPU_US = 4,
    EXITED_PEAK_BYTES = 5,
    EXITED_DURATION_US = 6,
    EXITED_OUTPUT_BYTES = 7,
};

/* IDLE: it timed out because it printed nothing for too long. */
enum exited_flag { FLAG_TIMED_OUT = 1, FLAG_OUT_OF_MEMORY = 2, FLAG_CANCELLED = 4, FLAG_IDLE = 8 };

/* What a failure says of the command: it never ran; it may have done anything; its sandbox died under it. */
enum failed_kind { KIND_NOT_STARTED = 1, KIND_UNKNOWN = 2, KIND_SANDBOX_DIED = 3 };

enum pong_tag { PONG_UID_BASE = 1, PONG_IDMAPPED = 2, PONG_EXECUTION = 3 };

enum connect_tag { CONNECT_PORT = 1 };

enum files_tag { FILES_USER = 1 };

enum attach_tag { ATTACH_ID = 1, ATTACH_OFFSET = 2, ATTACH_ERROR_OFFSET = 3 };

/* Where a command prints: one pipe for both streams, or, split, one for each. */
#define STREAMS 2u

/* The folder of one version 1 controller that belongs to this sandbox. */
struct controller {
    char name[16];
    char path[PATH_MAX];
};

/* Folders of version 1 that a keeper has joined before it knows its sandbox: the same ones, by another name. */
struct prepared {
    struct controller controllers[CONTROLLERS_MAX]; /* no path: it is the sandbox's by now */
    unsigned count;
};

/* Where the carrier answers for name servers. */
#define NETWORK_RESOLVER "10.0.2.3"

/* A way out of the sandbox. Texts that are not copied point into the frame, which lives as long as the keeper. */
struct network_spec {
    char carrier[PATH_MAX]; /* the program that carries packets; empty: there is no way out */
    char filter_tool[PATH_MAX];
    const char *filter;
    size_t filter_length;
    bool resolves; /* the host's name servers may be asked, by way of the carrier */
    const char *hosts; /* lines for /etc/hosts */
    size_t hosts_length;
};

/* Ids of the host that a plain user may give to others than root inside (subuid(5)). */
struct granted_ids {
    char uid_tool[PATH_MAX]; /* newuidmap; empty: none are granted */
    char gid_tool[PATH_MAX];
    uint32_t first_uid, first_gid, count;
};

/* It refuses hosts with control groups of both versions, though it is to use none: it is not to see any. */
#define RUNTIME_BLIND 1u
/* A container has a kernel of its own, whose processes the host can't limit one by one. */
#define RUNTIME_KERNEL 2u

/* An OCI runtime that makes the sandbox. The text points into the frame. */
struct runtime_spec {
    char program[PATH_MAX]; /* empty: the keeper makes it itself */
    char arguments[RUNTIME_ARGUMENTS_MAX][64];
    unsigned argument_count;
    const char *config; /* of its bundle */
    size_t config_length;
    uint64_t memory_bytes; /* what it needs itself, beside what the sandbox may have */
    uint32_t pids;
    uint32_t flags;
};

struct sandbox_spec {
    char id[ID_SIZE];
    char socket[PATH_MAX];
    unsigned layer_count;
    struct network_spec network;
    bool host_image;
    char host_files[PATH_MAX]; /* what goes with the host's programs: folders etc and var */
    char hostname[65];
    char workdir[PATH_MAX];
    char user[USER_SIZE]; /* whose commands they are, unless they say otherwise; empty: root's */
    uint32_t uid_base;
    uint32_t uid_count; /* 0: a plain user, whose own uid is root inside */
    struct granted_ids granted;
    struct runtime_spec runtime;
    bool inside; /* this keeper is the first process of a container, and that is the sandbox */
    char cgroup2[PATH_MAX];
    struct controller controllers[CONTROLLERS_MAX];
    unsigned controller_count;
    struct prepared *prepared; /* or NULL */
    uint64_t memory_bytes;
    uint64_t disk_bytes;
    uint32_t pids;
    uint32_t cpu_millis;
    uint32_t open_files;
    uint32_t lifetime_seconds;
    char layers[LAYERS_MAX][PATH_MAX]; /* the last, so that a test can clear all else */
};

/* Points into the frame it was parsed from; lives as long as that. Texts end with NUL (see spec.c). */
struct exec_spec {
    char id[ID_SIZE];
    char *command;
    uint32_t command_length;
    uint32_t timeout_ms;
    uint32_t idle_ms; /* 0: it may be silent for as long as it likes */
    const char *shell; /* NULL: the usual one */
    const char *cwd; /* where it is not absolute, from the working directory on */
    const char *user;
    const char *env[ENV_MAX + 1];
    unsigned env_count;
    const uint8_t *standard_input;
    uint32_t standard_input_length;
    bool standard_input_open; /* INPUT frames bring more, or its end */
    bool split;
    uint64_t others; /* processes beside which it starts, or PROCESSES_UNKNOWN */
    bool whole; /* when its process ends, what is left of its tree is killed */
};

/* Whether that one limits all of the sandbox together. */
bool sandbox_spec_has_controller(const struct sandbox_spec *spec, const char *name);

/*
 * So many more processes than its limit the sandbox has where it is crowded, so that the next command can look and
 * kill.
 */
uint32_t sandbox_spec_pids_reserve(const struct sandbox_spec *spec);

/*
 * When a sandbox that begins now has outlived its time, or NEVER: a minute after its lifetime. The server ends it
 * itself; only when that one never comes back does the keeper.
 */
uint64_t sandbox_spec_expiry(const struct sandbox_spec *spec, uint64_t now_us);

/* How many user ids, and group ids, the sandbox has: they begin at 0. */
uint32_t sandbox_spec_ids(const struct sandbox_spec *spec);

/* `spec` is all zero: to make it so here would use memory for what a sandbox does not have. */
int sandbox_spec_parse(const uint8_t *payload, uint32_t length, struct sandbox_spec *spec, struct failure *failure);

/* The groups in a PREPARE frame. */
int prepared_parse(const uint8_t *payload, uint32_t length, struct prepared *prepared, struct failure *failure);

/* The id in a KILL, ATTACH or ACK frame, and an ATTACH's offsets: STREAMS of them. */
int attach_spec_parse(const uint8_t *payload, uint32_t length, char *id, uint64_t *offsets, struct failure *failure);

/* More standard input for an execution: it points into the frame. */
struct input_spec {
    char id[ID_SIZE];
    const uint8_t *bytes;
    uint32_t length;
    bool end;
};

int input_spec_parse(const uint8_t *payload, uint32_t length, struct input_spec *spec, struct failure *failure);

/* The execution's id in a SIGNAL frame, and the signal's number: of 1 to 64. */
int signal_spec_parse(const uint8_t *payload, uint32_t length, char *id, int *number, struct failure *failure);

/* How long the sandbox is to live from now on, in seconds; not 0. */
int extend_spec_parse(const uint8_t *payload, uint32_t length, uint32_t *seconds, struct failure *failure);

/* When a sandbox has outlived its time that is to live that long from now on. */
uint64_t lifetime_expiry(uint32_t seconds, uint64_t now_us);

/* The port in a CONNECT frame: of the sandbox's own loopback. */
int connect_spec_parse(const uint8_t *payload, uint32_t length, uint16_t *port, struct failure *failure);

/* The user in a FILES frame: USER_SIZE bytes, empty for root. */
int files_spec_parse(const uint8_t *payload, uint32_t length, char *user, struct failure *failure);

/* Ends each text in place with a NUL over the next field's tag, so the payload needs one spare byte at its end. */
int exec_spec_parse(uint8_t *payload, uint32_t length, struct exec_spec *spec, struct failure *failure);

#endif
