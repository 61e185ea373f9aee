#include "errands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "page.h"
#include "parcels.h"
#include "paths.h"
#include "putting.h"
#include "walk.h"

#define FOLDER_MODE 0755
#define PERMISSIONS 01777u
/* A pipe, or what becomes one, is not waited for. */
#define LOOK (O_NONBLOCK | O_NOCTTY)

static struct parcels parcels;

struct errands {
    int file; /* that is open for reading, or -1 */
    struct putting putting;
};

/* What an errand came to: DONE has been told, REFUSED is to be told, OVER: nobody is there any more. */
enum outcome { DONE, REFUSED, OVER };

static enum outcome told(bool sent)
{
    return sent ? DONE : OVER;
}

static void close_quietly(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
}

static enum outcome tell_entry(const char *path, int fd, bool made)
{
    char target[PATH_MAX];
    struct stat status;
    if (fstat(fd, &status) < 0)
        return REFUSED;
    ssize_t length = S_ISLNK(status.st_mode) ? readlinkat(fd, "", target, sizeof target - 1) : -1;
    target[length > 0 ? length : 0] = 0;
    return told(parcels_send_entry(&parcels, path, &status, length > 0 ? target : NULL, made));
}

static enum outcome do_stat(const struct ask *ask)
{
    int fd = paths_open(AT_FDCWD, ask->path, O_PATH | (ask->flags & ASK_FLAG_ITSELF ? O_NOFOLLOW : 0));
    if (fd < 0)
        return REFUSED;
    enum outcome outcome = tell_entry(ask->path, fd, false);
    close_quietly(fd);
    return outcome;
}

/* A regular file, or an errno that says what else it is. */
static int open_file(const char *path, int flags, struct stat *status)
{
    int fd = paths_open(AT_FDCWD, path, flags | LOOK);
    if (fd < 0)
        return -1;
    if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
        return fd;
    errno = S_ISDIR(status->st_mode) ? EISDIR : ENOTSUP;
    close_quietly(fd);
    return -1;
}

static enum outcome do_open(struct errands *errands, const struct ask *ask)
{
    struct stat status;
    if (errands->file >= 0)
        close(errands->file);
    errands->file = open_file(ask->path, O_RDONLY, &status);
    return errands->file < 0 ? REFUSED : told(parcels_send_entry(&parcels, ask->path, &status, NULL, false));
}

/* A file that has become shorter is not the one that was told of. */
static enum outcome send_file(int file, uint64_t offset, uint64_t length)
{
    int sent = parcels_send_file(&parcels, file, offset, length);
    if (sent == -2)
        return OVER;
    if (sent == 0)
        return told(parcels_send_end(&parcels));
    errno = sent == 1 ? ESTALE : errno;
    return REFUSED;
}

static enum outcome do_read(const struct errands *errands, const struct ask *ask)
{
    if (errands->file >= 0)
        return send_file(errands->file, ask->offset, ask->length);
    errno = EBADF;
    return REFUSED;
}

/* Bytes to a file up to their end; who fails takes the rest all the same, and says so then. */
static enum outcome receive_into(int file)
{
    struct parcel parcel;
    while (parcels_receive(&parcels, &parcel)) {
        if (parcel.type == PARCEL_END)
            return DONE;
        if (parcel.type != PARCEL_DATA)
            return OVER;
        if (draft_write(file, parcel.payload, parcel.length) == 0)
            continue;
        int error = errno;
        bool ended = parcels_drain(&parcels);
        errno = error;
        return ended ? REFUSED : OVER;
    }
    return OVER;
}

static bool copy_ask(const struct ask *ask, struct ask *own, char *path, char *etag)
{
    /* What it points to is overwritten by what comes next. */
    *own = *ask;
    strcpy(path, ask->path);
    own->path = path;
    if (ask->etag) {
        strcpy(etag, ask->etag);
        own->etag = etag;
    }
    return parcels_send_end(&parcels);
}

static enum outcome do_write(const struct ask *ask)
{
    static char path[PATH_MAX], etag[PARCEL_MAX];
    struct draft draft;
    struct ask own;
    if (draft_begin(ask, ask->path, &draft) < 0)
        return REFUSED;
    enum outcome outcome = copy_ask(ask, &own, path, etag) ? receive_into(draft.file) : OVER;
    if (outcome != DONE) {
        draft_discard(&draft);
        return outcome;
    }
    if (draft_commit(&own, &draft) < 0)
        return REFUSED;
    return told(parcels_send_entry(&parcels, path, &draft.now, NULL, !draft.exists));
}

static enum outcome do_append(const struct ask *ask)
{
    static char path[PATH_MAX];
    struct stat status;
    int file = open_file(ask->path, O_WRONLY | O_APPEND, &status);
    if (file < 0)
        return REFUSED;
    enum outcome outcome = REFUSED;
    if ((uint64_t)status.st_size != ask->offset) {
        errno = ESTALE;
    } else {
        strcpy(path, ask->path);
        outcome = parcels_send_end(&parcels) ? receive_into(file) : OVER;
    }
    if (outcome == DONE)
        outcome = tell_entry(path, file, false);
    close_quietly(file);
    return outcome;
}

struct listing {
    struct page page;
    const char *after;
};

static int list_one(struct walk *walk, int folder, const char *name, const struct stat *status)
{
    struct listing *listing = walk->owner;
    (void)folder, (void)name, (void)status;
    if (listing->after && strcmp(walk->path, listing->after) <= 0)
        return 0;
    if (page_add(&listing->page, walk->path))
        return 0;
    errno = ENOMEM;
    return -1;
}

/* What is gone meanwhile is not told of. */
static bool tell_listed(int root, const char *path)
{
    struct place place;
    if (paths_below(root, path, false, &place) < 0)
        return true;
    int fd = openat(place.folder, place.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    close(place.folder);
    if (fd < 0)
        return true;
    bool sent = tell_entry(path, fd, false) != OVER;
    close(fd);
    return sent;
}

static enum outcome tell_page(int root, struct page *page)
{
    bool sent = true;
    page_sort(page);
    for (size_t i = 0; i < page->count && sent; i++)
        sent = tell_listed(root, page->paths[i]);
    if (sent)
        sent = page->more && page->count > 0 ? parcels_send_more(&parcels, page->paths[page->count - 1])
                                             : parcels_send_end(&parcels);
    return told(sent);
}

static enum outcome do_list(const struct ask *ask)
{
    static struct walk walk;
    struct listing listing = {.after = ask->after};
    int root = paths_open(AT_FDCWD, ask->path, O_RDONLY | O_DIRECTORY | LOOK);
    if (root < 0)
        return REFUSED;
    walk = (struct walk){.owner = &listing, .visit = list_one, .depth_max = ask->depth > 0 ? ask->depth : 1};
    int again = fcntl(root, F_DUPFD_CLOEXEC, 0);
    enum outcome outcome = REFUSED;
    if (again >= 0 && page_open(&listing.page, ask->length > 0 ? ask->length : 1) && walk_through(&walk, again) == 0)
        outcome = tell_page(root, &listing.page);
    int error = errno;
    page_close(&listing.page);
    close(root);
    errno = error;
    return outcome;
}

static enum outcome do_folder(const struct ask *ask)
{
    struct making making = {
        .parents = true, .last = true, .mode = ask->has_mode ? ask->mode & PERMISSIONS : FOLDER_MODE};
    int folder = paths_folder(AT_FDCWD, ask->path, &making);
    if (folder < 0)
        return REFUSED;
    enum outcome outcome = tell_entry(ask->path, folder, making.made);
    close_quietly(folder);
    return outcome;
}

static enum outcome tell_place(const char *path, const struct place *place)
{
    int fd = openat(place->folder, place->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return REFUSED;
    enum outcome outcome = tell_entry(path, fd, false);
    close_quietly(fd);
    return outcome;
}

static enum outcome do_move(const struct ask *ask)
{
    struct place from, to;
    if (paths_parent(AT_FDCWD, ask->path, false, &from) < 0)
        return REFUSED;
    enum outcome outcome = REFUSED;
    /* Nothing is made for what is not there. */
    if (faccessat(from.folder, from.name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
        paths_parent(AT_FDCWD, ask->other, true, &to) == 0) {
        int moved = ask->flags & ASK_FLAG_NEW ? draft_rename_to_nothing(&from, from.name, &to)
                                              : renameat(from.folder, from.name, to.folder, to.name);
        outcome = moved == 0 ? tell_place(ask->other, &to) : REFUSED;
        close_quietly(to.folder);
    }
    close_quietly(from.folder);
    return outcome;
}

static int remove_place(const struct place *place, bool all)
{
    struct stat status;
    if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    if (!S_ISDIR(status.st_mode))
        return unlinkat(place->folder, place->name, 0);
    int folder =
        all ? openat(place->folder, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (all && (folder < 0 || walk_remove(folder) < 0))
        return -1;
    return unlinkat(place->folder, place->name, AT_REMOVEDIR);
}

static enum outcome do_remove(const struct ask *ask)
{
    struct place place;
    if (paths_parent(AT_FDCWD, ask->path, false, &place) < 0)
        return REFUSED;
    int removed = remove_place(&place, ask->flags & ASK_FLAG_ALL);
    close_quietly(place.folder);
    return removed < 0 ? REFUSED : told(parcels_send_end(&parcels));
}

/* Files, folders and links; all else is nothing that an archive could bring elsewhere. */
static int fetch_one(struct walk *walk, int folder, const char *name, const struct stat *status)
{
    enum outcome *outcome = walk->owner;
    struct stat now;
    if (S_ISDIR(status->st_mode) || S_ISLNK(status->st_mode)) {
        int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        *outcome = fd < 0 ? DONE : tell_entry(walk->path, fd, false);
        if (fd >= 0)
            close_quietly(fd);
        return *outcome == DONE ? 0 : -1;
    }
    if (!S_ISREG(status->st_mode))
        return 0;
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | LOOK | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT || errno == ELOOP || errno == ENXIO ? 0 : -1;
    /* Another one by now, or mounted over by the kernel's own. */
    if (fstat(file, &now) == 0 && S_ISREG(now.st_mode) && paths_require_files(file) == 0) {
        *outcome = OVER;
        if (parcels_send_entry(&parcels, walk->path, &now, NULL, false))
            *outcome = send_file(file, 0, (uint64_t)now.st_size);
    }
    close_quietly(file);
    return *outcome == DONE ? 0 : -1;
}

static enum outcome do_fetch(const struct ask *ask)
{
    static struct walk walk;
    enum outcome outcome = DONE;
    int root = paths_open(AT_FDCWD, ask->path, O_RDONLY | O_DIRECTORY | LOOK);
    if (root < 0)
        return REFUSED;
    walk = (struct walk){.owner = &outcome, .visit = fetch_one, .depth_max = UINT32_MAX, .whole = true};
    if (walk_through(&walk, root) < 0)
        return outcome == OVER ? OVER : REFUSED;
    return told(parcels_send_end(&parcels));
}

static enum outcome do_one(struct errands *errands, const struct ask *ask)
{
    switch (ask->errand) {
    case ERRAND_STAT:
        return do_stat(ask);
    case ERRAND_OPEN:
        return do_open(errands, ask);
    case ERRAND_READ:
        return do_read(errands, ask);
    case ERRAND_WRITE:
        return do_write(ask);
    case ERRAND_APPEND:
        return do_append(ask);
    case ERRAND_LIST:
        return do_list(ask);
    case ERRAND_FOLDER:
        return do_folder(ask);
    case ERRAND_MOVE:
        return do_move(ask);
    case ERRAND_REMOVE:
        return do_remove(ask);
    case ERRAND_FETCH:
        return do_fetch(ask);
    case ERRAND_ROOT:
        return putting_begin(&errands->putting, ask) < 0 ? REFUSED : told(parcels_send_end(&parcels));
    case ERRAND_SYNC:
        return told(parcels_send_end(&parcels));
    default:
        return told(putting_take(&errands->putting, &parcels, ask));
    }
}

void errands_run(int client)
{
    struct errands errands = {.file = -1, .putting = {.root = -1}};
    struct parcel parcel;
    struct failure failure;
    struct ask ask;
    enum outcome outcome = DONE;
    parcels.fd = client;
    while (outcome != OVER && parcels_receive(&parcels, &parcel) && parcel.type == PARCEL_ASK &&
           ask_parse(parcel.payload, parcel.length, &ask, &failure) == 0) {
        outcome = do_one(&errands, &ask);
        if (outcome != REFUSED)
            continue;
        draft_failed(&failure);
        outcome = told(parcels_send_failure(&parcels, &failure));
    }
}
