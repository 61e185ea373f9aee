/* What a command prints, from its pipe to what is retained of it. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"
#include "units.h"

static void print(int pipe, const char *text)
{
    require(write(pipe, text, strlen(text)) == (ssize_t)strlen(text), "room in a pipe");
}

/* The last output of a command ends where it was when the command ended; what background processes add is not its own.
 */
void what_comes_after_the_end_is_not_read(void)
{
    struct stream stream = {.retained.bytes = malloc(RETAINED_SIZE)};
    int ends[2];
    require(stream.retained.bytes && pipe2(ends, O_NONBLOCK) == 0, "a pipe");
    stream_open(&stream, ends[0]);
    print(ends[1], "one");
    stream_fill(&stream, NULL, 1);
    require(stream.retained.total == 3 && !stream_is_behind(&stream) && !stream.closed, "all that was there");
    print(ends[1], "two");
    require(stream_is_behind(&stream), "more that is there");
    stream_drain(&stream);
    print(ends[1], "three");
    require(!stream_is_drained(&stream), "something left to drain");
    stream_fill(&stream, NULL, 1);
    require(stream_is_drained(&stream) && memcmp(stream.retained.bytes, "onetwo", 6) == 0, "what was there at the end");
    stream_fill(&stream, NULL, 1);
    require(stream.retained.total == 6 && stream_is_behind(&stream), "nothing more");
    close(ends[0]);
    close(ends[1]);
    free(stream.retained.bytes);
}

void who_is_behind_is_waited_for(void)
{
    struct stream stream = {.retained.bytes = malloc(RETAINED_SIZE)};
    const uint64_t unread = RETAINED_HEAD;
    int ends[2];
    require(stream.retained.bytes && pipe2(ends, O_NONBLOCK) == 0, "a pipe");
    stream_open(&stream, ends[0]);
    stream.retained.total = RETAINED_SIZE - 2;
    print(ends[1], "abc");
    stream_fill(&stream, &unread, 5);
    require(stream.retained.total == RETAINED_SIZE && !stream_has_room(&stream, unread),
            "no room beyond what nobody has read");
    require(stream_has_room(&stream, unread + 1), "room for as much as was read");
    close(ends[1]);
    stream_fill(&stream, NULL, 5);
    require(stream.closed && stream_is_drained(&stream) && stream_has_room(&stream, unread), "an end");
    close(ends[0]);
    free(stream.retained.bytes);
}
