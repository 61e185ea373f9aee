/* Who has started the keeper waits at the other end of a pipe for one frame: READY or FAILED. */
#ifndef SANDLOT_STARTER_H
#define SANDLOT_STARTER_H

#include <stddef.h>
#include <stdint.h>

#include "failure.h"

/* Tells it that, and closes the pipe. */
void starter_tell(int pipe, const uint8_t *frame, size_t length);
void starter_tell_failure(int pipe, const struct failure *failure);

#endif
