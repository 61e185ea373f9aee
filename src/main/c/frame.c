#include "frame.h"

#include <string.h>

#define FIELD_HEADER 5u

uint32_t read_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void write_u32(uint8_t *bytes, uint32_t number)
{
    bytes[0] = (uint8_t)(number >> 24);
    bytes[1] = (uint8_t)(number >> 16);
    bytes[2] = (uint8_t)(number >> 8);
    bytes[3] = (uint8_t)number;
}

void frame_output_header(uint8_t *header, uint64_t offset, uint8_t stream, uint32_t length)
{
    write_u32(header, OUTPUT_HEADER - 4 + length);
    header[4] = FRAME_OUTPUT;
    write_u32(header + FRAME_HEADER, (uint32_t)(offset >> 32));
    write_u32(header + FRAME_HEADER + 4, (uint32_t)offset);
    header[FRAME_HEADER + 8] = stream;
}

struct fields fields_of(const uint8_t *payload, size_t length)
{
    return (struct fields){.at = payload, .left = length};
}

bool fields_next(struct fields *fields, struct field *field)
{
    if (fields->left == 0 || fields->broken)
        return false;
    if (fields->left < FIELD_HEADER || read_u32(fields->at + 1) > fields->left - FIELD_HEADER) {
        fields->broken = true;
        return false;
    }
    field->tag = fields->at[0];
    field->length = read_u32(fields->at + 1);
    field->bytes = fields->at + FIELD_HEADER;
    fields->at += FIELD_HEADER + field->length;
    fields->left -= FIELD_HEADER + field->length;
    return true;
}

uint64_t field_number(struct fields *fields, const struct field *field)
{
    if (field->length == 0 || field->length > 8) {
        fields->broken = true;
        return 0;
    }
    uint64_t number = 0;
    for (uint32_t i = 0; i < field->length; i++)
        number = number << 8 | field->bytes[i];
    return number;
}

struct frame_writer frame_begin(uint8_t *buffer, size_t size, enum frame_type type)
{
    struct frame_writer writer = {.buffer = buffer, .size = size, .length = FRAME_HEADER};
    writer.overflow = size < FRAME_HEADER;
    if (!writer.overflow)
        buffer[4] = (uint8_t)type;
    return writer;
}

void frame_bytes(struct frame_writer *writer, uint8_t tag, const void *bytes, size_t length)
{
    if (writer->overflow || length > UINT32_MAX || writer->size - writer->length < FIELD_HEADER ||
        length > writer->size - writer->length - FIELD_HEADER) {
        writer->overflow = true;
        return;
    }
    uint8_t *at = writer->buffer + writer->length;
    at[0] = tag;
    write_u32(at + 1, (uint32_t)length);
    if (length > 0)
        memcpy(at + FIELD_HEADER, bytes, length);
    writer->length += FIELD_HEADER + length;
}

void frame_text(struct frame_writer *writer, uint8_t tag, const char *text)
{
    frame_bytes(writer, tag, text, strlen(text));
}

void frame_number(struct frame_writer *writer, uint8_t tag, uint64_t number)
{
    uint8_t bytes[8];
    write_u32(bytes, (uint32_t)(number >> 32));
    write_u32(bytes + 4, (uint32_t)number);
    frame_bytes(writer, tag, bytes, sizeof bytes);
}

size_t frame_end(struct frame_writer *writer)
{
    if (writer->overflow)
        return 0;
    write_u32(writer->buffer, (uint32_t)(writer->length - 4));
    return writer->length;
}

size_t bare_frame(uint8_t *buffer, enum frame_type type)
{
    struct frame_writer writer = frame_begin(buffer, FRAME_HEADER, type);
    return frame_end(&writer);
}

size_t failed_frame(uint8_t *buffer, size_t size, const struct failure *failure, uint64_t kind)
{
    struct frame_writer writer = frame_begin(buffer, size, FRAME_FAILED);
    frame_text(&writer, FAILED_WHAT, failure->what);
    frame_text(&writer, FAILED_ON, failure->on);
    frame_number(&writer, FAILED_ERRNO, (uint64_t)failure->error);
    frame_number(&writer, FAILED_KIND, kind);
    return frame_end(&writer);
}
