#include "starter.h"

#include <unistd.h>

#include "frame.h"
#include "spec.h"

void starter_tell(int pipe, const uint8_t *frame, size_t length)
{
    /* A starter that is gone already learns of the sandbox by its socket. */
    ssize_t written = write(pipe, frame, length);
    (void)written;
    close(pipe);
}

void starter_tell_failure(int pipe, const struct failure *failure)
{
    uint8_t frame[ENDING_SIZE];
    starter_tell(pipe, frame, failed_frame(frame, sizeof frame, failure, KIND_NOT_STARTED));
}
