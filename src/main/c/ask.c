#include "ask.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "frame.h"

#define MODES 07777u
#define FLAGS (ASK_FLAG_ITSELF | ASK_FLAG_NEW | ASK_FLAG_ALL)
#define ETAG_MAX 128u

static bool take_text(const char **text, const struct field *field, uint32_t most)
{
    *text = (const char *)field->bytes;
    return field->length > 0 && field->length <= most && !memchr(field->bytes, 0, field->length);
}

static bool take_number(struct fields *fields, const struct field *field, struct ask *ask)
{
    uint64_t number = field_number(fields, field);
    switch (field->tag) {
    case ASK_ERRAND:
        ask->errand = (enum errand)number;
        return number >= ERRAND_STAT && number <= ERRAND_SYNC && !fields->broken;
    case ASK_MODE:
        ask->mode = (uint32_t)number;
        ask->has_mode = true;
        return number <= MODES && !fields->broken;
    case ASK_FLAGS:
        ask->flags = (unsigned)number;
        return !(number & ~(uint64_t)FLAGS) && !fields->broken;
    case ASK_OFFSET:
        ask->offset = number;
        return number <= INT64_MAX && !fields->broken;
    case ASK_LENGTH:
        ask->length = number;
        return number <= INT64_MAX && !fields->broken;
    case ASK_TIME:
        ask->seconds = number;
        return number <= INT64_MAX && !fields->broken;
    case ASK_DEPTH:
        ask->depth = (uint32_t)number;
        return number <= UINT32_MAX && !fields->broken;
    default:
        return false;
    }
}

static bool take(struct fields *fields, const struct field *field, struct ask *ask)
{
    switch (field->tag) {
    case ASK_PATH:
        return take_text(&ask->path, field, PATH_MAX - 1);
    case ASK_OTHER:
        return take_text(&ask->other, field, PATH_MAX - 1);
    case ASK_AFTER:
        return take_text(&ask->after, field, PATH_MAX - 1);
    case ASK_ETAG:
        return take_text(&ask->etag, field, ETAG_MAX);
    default:
        return take_number(fields, field, ask);
    }
}

/* What an errand can't do without. */
static bool is_whole(const struct ask *ask)
{
    switch (ask->errand) {
    case ERRAND_READ:
    case ERRAND_SYNC:
        return true;
    case ERRAND_MOVE:
    case ERRAND_PUT_LINK:
    case ERRAND_PUT_NAME:
        return ask->path && ask->other;
    default:
        return ask->errand != 0 && ask->path;
    }
}

int ask_parse(uint8_t *payload, uint32_t length, struct ask *ask, struct failure *failure)
{
    memset(ask, 0, sizeof *ask);
    struct fields fields = fields_of(payload, length);
    struct field field;
    while (fields_next(&fields, &field)) {
        if (!take(&fields, &field, ask))
            return failed_with(failure, "read what is asked for", "a field", EPROTO);
        /* The field's own tag is read by now: its place ends the text of the field before. */
        payload[(size_t)(field.bytes - payload) - 5] = 0;
    }
    payload[length] = 0;
    return fields.broken || !is_whole(ask) ? failed_with(failure, "read what is asked for", "the frame", EPROTO) : 0;
}
