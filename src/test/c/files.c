/* What of couriers is a function of its arguments and of a folder: pages, paths and the frames that ask. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "frame.h"
#include "page.h"
#include "paths.h"
#include "units.h"
#include "walk.h"

/* Of any number in any order the first few, in order; and of the rest those that come behind. */
void a_page_is_the_first_of_a_million(void)
{
    struct page page;
    char path[32];
    require(page_open(&page, 1000), "room for a page");
    for (unsigned i = 0; i < 1000000; i++) {
        snprintf(path, sizeof path, "%06u", (unsigned)(i * 7919ull % 1000000));
        require(page_add(&page, path), "room for a path");
    }
    page_sort(&page);
    require(page.count == 1000 && page.more, "a full page, and more");
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(path, sizeof path, "%06u", i);
        require(strcmp(page.paths[i], path) == 0, "the order of the paths");
    }
    page_close(&page);
}

/* Paths of 4 KiB each: the page is shorter, and its memory is bounded. */
void long_paths_make_a_page_short(void)
{
    struct page page;
    static char path[4000];
    memset(path, 'x', sizeof path - 1);
    require(page_open(&page, PAGE_PATHS_MAX), "room for a page");
    for (unsigned i = 9999; i > 0; i--) {
        snprintf(path + 3990, 9, "%08u", i);
        require(page_add(&page, path) && page.bytes <= PAGE_BYTES_MAX, "bounded memory");
    }
    page_sort(&page);
    require(page.more && page.count > 1000 && strcmp(page.paths[0] + 3990, "00000001") == 0, "the first ones");
    for (size_t i = 1; i < page.count; i++)
        require((size_t)atoi(page.paths[i] + 3990) == i + 1, "none is left out between");
    page_close(&page);
}

void an_errand_needs_what_it_needs(void)
{
    static const struct {
        unsigned errand;
        bool path, other, good;
    } asks[] = {
        {ERRAND_STAT, true, false, true}, {ERRAND_STAT, false, false, false},    {ERRAND_MOVE, true, false, false},
        {ERRAND_MOVE, true, true, true},  {ERRAND_SYNC, false, false, true},     {ERRAND_SYNC + 1, true, true, false},
        {0, true, true, false},           {ERRAND_PUT_LINK, true, false, false}, {ERRAND_READ, false, false, true}};
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        uint8_t frame[200];
        struct ask ask;
        struct failure failure;
        struct frame_writer writer = frame_begin(frame, sizeof frame, (enum frame_type)PARCEL_ASK);
        frame_number(&writer, ASK_ERRAND, asks[i].errand);
        if (asks[i].path)
            frame_text(&writer, ASK_PATH, "/a/b");
        if (asks[i].other)
            frame_text(&writer, ASK_OTHER, "c");
        size_t size = frame_end(&writer);
        int result = ask_parse(frame + FRAME_HEADER, (uint32_t)(size - FRAME_HEADER), &ask, &failure);
        require((result == 0) == asks[i].good, "what an errand needs");
        require(result < 0 || !asks[i].path || strcmp(ask.path, "/a/b") == 0, "a path that ends");
    }
}

static char folder[] = "/tmp/sandlot-units-XXXXXX";

static void requires_below(int root, const char *path, int error)
{
    struct place place;
    int result = paths_below(root, path, false, &place);
    require(error ? result < 0 && errno == error : result == 0, path);
    if (result == 0)
        close(place.folder);
}

/* Neither a link nor a name that goes up leads out of a root. */
void nothing_leads_out_of_a_root(void)
{
    struct place place;
    int root = mkdtemp(folder) ? open(folder, O_PATH | O_DIRECTORY) : -1;
    require(root >= 0, "a folder");
    require(mkdirat(root, "in", 0700) == 0 && symlinkat("/etc", root, "out") == 0 &&
                symlinkat("in", root, "in/side") == 0,
            "what is in it");
    requires_below(root, "in/file", 0);
    requires_below(root, "out/passwd", ENOTDIR);
    requires_below(root, "in/side/file", ENOTDIR);
    requires_below(root, "../file", EINVAL);
    requires_below(root, "in/../file", EINVAL);
    requires_below(root, "/etc/passwd", EINVAL);
    requires_below(root, ".", EINVAL);
    requires_below(root, "none/file", ENOENT);
    require(paths_open(root, "/proc/self/environ", O_RDONLY) < 0 && errno == ENOTSUP, "a file of the kernel's");
    require(paths_open(root, "/proc/self/exe", O_RDONLY) < 0, "its own program");
    require(paths_parent(root, "out/passwd", false, &place) == 0, "a link on the way of a path");
    close(place.folder);
    require(paths_parent(root, "a/b/c", true, &place) == 0 && faccessat(root, "a/b", F_OK, 0) == 0, "folders are made");
    close(place.folder);
    close(root);
    require(walk_remove(open(folder, O_RDONLY | O_DIRECTORY)) == 0 && rmdir(folder) == 0, "nothing is left");
}
