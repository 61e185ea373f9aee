#include "page.h"

#include <stdlib.h>
#include <string.h>

bool page_open(struct page *page, size_t limit)
{
    *page = (struct page){.limit = limit < PAGE_PATHS_MAX ? limit : PAGE_PATHS_MAX};
    page->paths = calloc(page->limit + 1, sizeof *page->paths);
    return page->paths != NULL;
}

static void swap(struct page *page, size_t one, size_t other)
{
    char *path = page->paths[one];
    page->paths[one] = page->paths[other];
    page->paths[other] = path;
}

static void rise(struct page *page, size_t at)
{
    for (; at > 0 && strcmp(page->paths[at], page->paths[(at - 1) / 2]) > 0; at = (at - 1) / 2)
        swap(page, at, (at - 1) / 2);
}

static void sink(struct page *page, size_t at, size_t count)
{
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && strcmp(page->paths[child + 1], page->paths[child]) > 0)
            child++;
        if (strcmp(page->paths[at], page->paths[child]) >= 0)
            return;
        swap(page, at, child);
        at = child;
    }
}

static void drop_last(struct page *page)
{
    page->bytes -= strlen(page->paths[0]) + 1;
    free(page->paths[0]);
    page->paths[0] = page->paths[--page->count];
    page->paths[page->count] = NULL;
    sink(page, 0, page->count);
    page->more = true;
}

bool page_add(struct page *page, const char *path)
{
    if (page->count == page->limit && strcmp(path, page->paths[0]) > 0) {
        page->more = true;
        return true;
    }
    char *copy = strdup(path);
    if (!copy)
        return false;
    page->paths[page->count++] = copy;
    page->bytes += strlen(copy) + 1;
    rise(page, page->count - 1);
    if (page->count > page->limit)
        drop_last(page);
    /* Long ones make the page shorter: nothing behind what was left out may come back in. */
    while (page->bytes > PAGE_BYTES_MAX && page->count > 1) {
        drop_last(page);
        page->limit = page->count;
    }
    return true;
}

void page_sort(struct page *page)
{
    for (size_t count = page->count; count > 1; count--) {
        swap(page, 0, count - 1);
        sink(page, 0, count - 1);
    }
}

void page_close(struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        free(page->paths[i]);
    free(page->paths);
    page->paths = NULL;
}
