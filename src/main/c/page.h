/* Of any number of paths the first few in the order of their bytes, in bounded memory. */
#ifndef SANDLOT_PAGE_H
#define SANDLOT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE_PATHS_MAX 10000u
#define PAGE_BYTES_MAX (8u * 1024 * 1024)

struct page {
    char **paths; /* a heap, the last one first, until page_sort */
    size_t count, limit, bytes;
    bool more; /* there are some behind */
};

/* False: there is no memory. `limit` is 1 to PAGE_PATHS_MAX. */
bool page_open(struct page *page, size_t limit);

/* Takes a copy, if it belongs there. False: there is no memory. */
bool page_add(struct page *page, const char *path);

/* In order, from now on. Nothing is added any more. */
void page_sort(struct page *page);

void page_close(struct page *page);

#endif
