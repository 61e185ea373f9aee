#include "spec.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "frame.h"

#define LIFETIME_GRACE_US 60000000ull

static bool copy_text(char *to, size_t size, const struct field *field)
{
    if (field->length >= size || memchr(field->bytes, 0, field->length))
        return false;
    memcpy(to, field->bytes, field->length);
    to[field->length] = 0;
    return true;
}

/*
 * An id names folders, is compared as text and handed to programs: letters, digits and dashes only, and no dash first.
 */
static bool copy_id(char *to, const struct field *field)
{
    if (field->length == 0 || field->bytes[0] == '-' || !copy_text(to, ID_SIZE, field))
        return false;
    return strspn(to, "0123456789abcdefghijklmnopqrstuvwxyz-") == field->length;
}

static bool add_layer(struct sandbox_spec *spec, const struct field *field)
{
    return spec->layer_count < LAYERS_MAX && copy_text(spec->layers[spec->layer_count++], PATH_MAX, field);
}

/* "memory=/sys/fs/cgroup/memory/…" */
static bool add_controller(struct controller *controllers, unsigned *count, const struct field *field)
{
    if (*count == CONTROLLERS_MAX)
        return false;
    struct controller *controller = &controllers[*count];
    const uint8_t *equals = memchr(field->bytes, '=', field->length);
    if (!equals)
        return false;
    struct field name = {.length = (uint32_t)(equals - field->bytes), .bytes = field->bytes};
    struct field path = {.length = field->length - name.length - 1, .bytes = equals + 1};
    (*count)++;
    return copy_text(controller->name, sizeof controller->name, &name) &&
           copy_text(controller->path, sizeof controller->path, &path);
}

static bool sandbox_number(struct fields *fields, const struct field *field, struct sandbox_spec *spec)
{
    uint64_t number = field_number(fields, field);
    if (field->tag == SANDBOX_MEMORY)
        spec->memory_bytes = number;
    else if (field->tag == SANDBOX_DISK)
        spec->disk_bytes = number;
    else if (number > UINT32_MAX)
        return false;
    else if (field->tag == SANDBOX_UID_BASE)
        spec->uid_base = (uint32_t)number;
    else if (field->tag == SANDBOX_UID_COUNT)
        spec->uid_count = (uint32_t)number;
    else if (field->tag == SANDBOX_PIDS)
        spec->pids = (uint32_t)number;
    else if (field->tag == SANDBOX_CPU_MILLIS)
        spec->cpu_millis = (uint32_t)number;
    else if (field->tag == SANDBOX_OPEN_FILES)
        spec->open_files = (uint32_t)number;
    else if (field->tag == SANDBOX_LIFETIME)
        spec->lifetime_seconds = (uint32_t)number;
    else if (field->tag == SANDBOX_RUNTIME_MEMORY)
        spec->runtime.memory_bytes = number;
    else if (field->tag == SANDBOX_RUNTIME_PIDS)
        spec->runtime.pids = (uint32_t)number;
    else if (field->tag == SANDBOX_RUNTIME_FLAGS)
        spec->runtime.flags = (uint32_t)number;
    else
        return false;
    return !fields->broken;
}

static bool runtime_field(const struct field *field, struct runtime_spec *runtime)
{
    switch (field->tag) {
    case SANDBOX_RUNTIME:
        return copy_text(runtime->program, sizeof runtime->program, field);
    case SANDBOX_RUNTIME_ARGUMENT:
        if (runtime->argument_count == RUNTIME_ARGUMENTS_MAX)
            return false;
        return copy_text(runtime->arguments[runtime->argument_count++], sizeof runtime->arguments[0], field);
    default:
        runtime->config = (const char *)field->bytes;
        runtime->config_length = field->length;
        return true;
    }
}

static bool granted_field(struct fields *fields, const struct field *field, struct granted_ids *granted)
{
    if (field->tag == SANDBOX_UID_TOOL)
        return copy_text(granted->uid_tool, sizeof granted->uid_tool, field);
    if (field->tag == SANDBOX_GID_TOOL)
        return copy_text(granted->gid_tool, sizeof granted->gid_tool, field);
    uint64_t number = field_number(fields, field);
    uint32_t *member = field->tag == SANDBOX_GRANTED_UIDS   ? &granted->first_uid
                       : field->tag == SANDBOX_GRANTED_GIDS ? &granted->first_gid
                                                            : &granted->count;
    *member = (uint32_t)number;
    return !fields->broken && number > 0 && number <= UINT32_MAX;
}

static bool network_field(const struct field *field, struct network_spec *network)
{
    switch (field->tag) {
    case SANDBOX_CARRIER:
        return copy_text(network->carrier, sizeof network->carrier, field);
    case SANDBOX_FILTER_TOOL:
        return copy_text(network->filter_tool, sizeof network->filter_tool, field);
    case SANDBOX_FILTER:
        network->filter = (const char *)field->bytes;
        network->filter_length = field->length;
        return true;
    case SANDBOX_RESOLVES:
        return network->resolves = true;
    default:
        network->hosts = (const char *)field->bytes;
        network->hosts_length = field->length;
        return true;
    }
}

static bool sandbox_field(struct fields *fields, const struct field *field, struct sandbox_spec *spec)
{
    switch (field->tag) {
    case SANDBOX_ID:
        return copy_id(spec->id, field);
    case SANDBOX_SOCKET:
        return copy_text(spec->socket, sizeof spec->socket, field);
    case SANDBOX_LAYER:
        return add_layer(spec, field);
    case SANDBOX_HOST_IMAGE:
        spec->host_image = true;
        return copy_text(spec->host_files, sizeof spec->host_files, field);
    case SANDBOX_HOSTNAME:
        return copy_text(spec->hostname, sizeof spec->hostname, field);
    case SANDBOX_WORKDIR:
        return copy_text(spec->workdir, sizeof spec->workdir, field) && spec->workdir[0] == '/';
    case SANDBOX_USER:
        return copy_text(spec->user, sizeof spec->user, field);
    case SANDBOX_CGROUP2:
        return copy_text(spec->cgroup2, sizeof spec->cgroup2, field);
    case SANDBOX_CGROUP1:
        return add_controller(spec->controllers, &spec->controller_count, field);
    case SANDBOX_CARRIER:
    case SANDBOX_FILTER_TOOL:
    case SANDBOX_FILTER:
    case SANDBOX_RESOLVES:
    case SANDBOX_HOSTS:
        return network_field(field, &spec->network);
    case SANDBOX_UID_TOOL:
    case SANDBOX_GID_TOOL:
    case SANDBOX_GRANTED_UIDS:
    case SANDBOX_GRANTED_GIDS:
    case SANDBOX_GRANTED_COUNT:
        return granted_field(fields, field, &spec->granted);
    case SANDBOX_RUNTIME:
    case SANDBOX_RUNTIME_ARGUMENT:
    case SANDBOX_RUNTIME_CONFIG:
        return runtime_field(field, &spec->runtime);
    case SANDBOX_INSIDE:
        return spec->inside = true;
    default:
        return sandbox_number(fields, field, spec);
    }
}

int sandbox_spec_parse(const uint8_t *payload, uint32_t length, struct sandbox_spec *spec, struct failure *failure)
{
    strcpy(spec->workdir, "/workspace");
    strcpy(spec->hostname, "sandbox");
    struct fields fields = fields_of(payload, length);
    struct field field;
    while (fields_next(&fields, &field))
        if (!sandbox_field(&fields, &field, spec))
            return failed_with(failure, "read the sandbox's description", "a field", EPROTO);
    if (fields.broken || !spec->id[0] || !spec->socket[0] || (!spec->host_image && spec->layer_count == 0))
        return failed_with(failure, "read the sandbox's description", "the frame", EPROTO);
    const struct network_spec *network = &spec->network;
    if (network->carrier[0] && (!network->filter_tool[0] || network->filter_length == 0))
        return failed_with(failure, "read the sandbox's description", "its network has no filter", EPROTO);
    if (spec->runtime.program[0] && spec->runtime.config_length == 0)
        return failed_with(failure, "read the sandbox's description", "its runtime has no bundle", EPROTO);
    const struct granted_ids *granted = &spec->granted;
    if (granted->uid_tool[0] &&
        (!granted->gid_tool[0] || !granted->first_uid || !granted->first_gid || !granted->count))
        return failed_with(failure, "read the sandbox's description", "its granted ids are not whole", EPROTO);
    return 0;
}

int prepared_parse(const uint8_t *payload, uint32_t length, struct prepared *prepared, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    prepared->count = 0;
    while (fields_next(&fields, &field)) {
        bool good = field.tag == SANDBOX_CGROUP1 && add_controller(prepared->controllers, &prepared->count, &field);
        if (!good || !prepared->controllers[prepared->count - 1].path[0])
            return failed_with(failure, "read what is to be prepared", "a field", EPROTO);
    }
    return fields.broken ? failed_with(failure, "read what is to be prepared", "the frame", EPROTO) : 0;
}

bool sandbox_spec_has_controller(const struct sandbox_spec *spec, const char *name)
{
    for (unsigned i = 0; i < spec->controller_count; i++)
        if (strcmp(spec->controllers[i].name, name) == 0)
            return true;
    return false;
}

uint32_t sandbox_spec_pids_reserve(const struct sandbox_spec *spec)
{
    return spec->pids < 64 ? spec->pids / 2 : 32;
}

uint64_t sandbox_spec_expiry(const struct sandbox_spec *spec, uint64_t now_us)
{
    return spec->lifetime_seconds ? lifetime_expiry(spec->lifetime_seconds, now_us) : NEVER;
}

uint64_t lifetime_expiry(uint32_t seconds, uint64_t now_us)
{
    return now_us + seconds * 1000000ull + LIFETIME_GRACE_US;
}

uint32_t sandbox_spec_ids(const struct sandbox_spec *spec)
{
    if (spec->uid_count > 0)
        return spec->uid_count;
    return spec->granted.count < UINT32_MAX ? spec->granted.count + 1 : UINT32_MAX;
}

static bool exec_field(struct fields *fields, const struct field *field, struct exec_spec *spec)
{
    switch (field->tag) {
    case EXEC_ID:
        return copy_id(spec->id, field);
    case EXEC_COMMAND:
        spec->command = (char *)(uintptr_t)field->bytes;
        spec->command_length = field->length;
        return field->length > 0 && !memchr(field->bytes, 0, field->length);
    case EXEC_TIMEOUT_MS:
        spec->timeout_ms = (uint32_t)field_number(fields, field);
        return field->length <= 4 && !fields->broken;
    case EXEC_CWD:
        spec->cwd = (const char *)field->bytes;
        return field->length > 0 && field->length < PATH_MAX;
    case EXEC_SHELL:
        spec->shell = (const char *)field->bytes;
        return field->length > 0 && field->length < PATH_MAX && field->bytes[0] == '/';
    case EXEC_IDLE_MS:
        spec->idle_ms = (uint32_t)field_number(fields, field);
        return field->length <= 4 && !fields->broken;
    case EXEC_STDIN_OPEN:
        spec->standard_input_open = field_number(fields, field) != 0;
        return !fields->broken;
    case EXEC_USER:
        spec->user = (const char *)field->bytes;
        return field->length > 0 && field->length < 256;
    case EXEC_ENV:
        if (spec->env_count == ENV_MAX || !memchr(field->bytes, '=', field->length))
            return false;
        spec->env[spec->env_count++] = (const char *)field->bytes;
        return true;
    case EXEC_SPLIT:
        spec->split = field_number(fields, field) != 0;
        return !fields->broken;
    case EXEC_WHOLE:
        spec->whole = field_number(fields, field) != 0;
        return !fields->broken;
    case EXEC_STDIN:
        spec->standard_input = field->bytes;
        spec->standard_input_length = field->length;
        return true;
    default:
        return false;
    }
}

int exec_spec_parse(uint8_t *payload, uint32_t length, struct exec_spec *spec, struct failure *failure)
{
    memset(spec, 0, sizeof *spec);
    struct fields fields = fields_of(payload, length);
    struct field field;
    while (fields_next(&fields, &field)) {
        if (!exec_field(&fields, &field, spec))
            return failed_with(failure, "read the command's description", "a field", EPROTO);
        /* The field's own tag is read by now: its place ends the text of the field before. */
        payload[(size_t)(field.bytes - payload) - 5] = 0;
    }
    payload[length] = 0;
    if (fields.broken || !spec->id[0] || !spec->command || spec->timeout_ms == 0)
        return failed_with(failure, "read the command's description", "the frame", EPROTO);
    return 0;
}

int attach_spec_parse(const uint8_t *payload, uint32_t length, char *id, uint64_t *offsets, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    id[0] = 0;
    offsets[0] = offsets[1] = 0;
    while (fields_next(&fields, &field)) {
        if (field.tag == ATTACH_OFFSET || field.tag == ATTACH_ERROR_OFFSET)
            offsets[field.tag - ATTACH_OFFSET] = field_number(&fields, &field);
        else if (field.tag != ATTACH_ID || !copy_id(id, &field))
            return failed_with(failure, "read the execution's id", "a field", EPROTO);
    }
    return fields.broken || !id[0] ? failed_with(failure, "read the execution's id", "the frame", EPROTO) : 0;
}

int input_spec_parse(const uint8_t *payload, uint32_t length, struct input_spec *spec, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    memset(spec, 0, sizeof *spec);
    while (fields_next(&fields, &field)) {
        if (field.tag == INPUT_BYTES) {
            spec->bytes = field.bytes;
            spec->length = field.length;
        } else if (field.tag == INPUT_END) {
            spec->end = field_number(&fields, &field) != 0;
        } else if (field.tag != INPUT_ID || !copy_id(spec->id, &field)) {
            return failed_with(failure, "read the input", "a field", EPROTO);
        }
    }
    return fields.broken || !spec->id[0] ? failed_with(failure, "read the input", "the frame", EPROTO) : 0;
}

int signal_spec_parse(const uint8_t *payload, uint32_t length, char *id, int *number, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    uint64_t said = 0;
    id[0] = 0;
    while (fields_next(&fields, &field)) {
        if (field.tag == SIGNAL_NUMBER)
            said = field_number(&fields, &field);
        else if (field.tag != SIGNAL_ID || !copy_id(id, &field))
            return failed_with(failure, "read the signal", "a field", EPROTO);
    }
    *number = (int)said;
    return fields.broken || !id[0] || said == 0 || said > 64
               ? failed_with(failure, "read the signal", "the frame", EPROTO)
               : 0;
}

int extend_spec_parse(const uint8_t *payload, uint32_t length, uint32_t *seconds, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    uint64_t said = 0;
    while (fields_next(&fields, &field)) {
        if (field.tag != EXTEND_SECONDS)
            return failed_with(failure, "read the lifetime", "a field", EPROTO);
        said = field_number(&fields, &field);
    }
    *seconds = (uint32_t)said;
    return fields.broken || said == 0 || said > UINT32_MAX
               ? failed_with(failure, "read the lifetime", "the frame", EPROTO)
               : 0;
}

int connect_spec_parse(const uint8_t *payload, uint32_t length, uint16_t *port, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    uint64_t number = 0;
    while (fields_next(&fields, &field)) {
        if (field.tag != CONNECT_PORT)
            return failed_with(failure, "read the port", "a field", EPROTO);
        number = field_number(&fields, &field);
    }
    *port = (uint16_t)number;
    return fields.broken || number == 0 || number > UINT16_MAX
               ? failed_with(failure, "read the port", "the frame", EPROTO)
               : 0;
}

int files_spec_parse(const uint8_t *payload, uint32_t length, char *user, struct failure *failure)
{
    struct fields fields = fields_of(payload, length);
    struct field field;
    user[0] = 0;
    while (fields_next(&fields, &field))
        if (field.tag != FILES_USER || field.length == 0 || !copy_text(user, 256, &field))
            return failed_with(failure, "read the user", "a field", EPROTO);
    return fields.broken ? failed_with(failure, "read the user", "the frame", EPROTO) : 0;
}
