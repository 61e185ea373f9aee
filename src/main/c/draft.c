#include "draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parcels.h"

#define NO_REPLACE 1u /* RENAME_NOREPLACE */
#define PERMISSIONS 01777u
#define SET_IDS (S_ISUID | S_ISGID)
#define NEW_MODE 0644

int draft_require_same(const struct ask *ask, const struct stat *status)
{
    char etag[ETAG_SIZE];
    if (!ask->etag)
        return 0;
    if (status) {
        entry_etag(status, etag);
        if (strcmp(etag, ask->etag) == 0)
            return 0;
    }
    errno = ESTALE;
    return -1;
}

static int look_at_old(const struct ask *ask, struct draft *draft)
{
    draft->exists = fstatat(draft->place.folder, draft->place.name, &draft->old, AT_SYMLINK_NOFOLLOW) == 0;
    if (!draft->exists)
        return errno == ENOENT ? draft_require_same(ask, NULL) : -1;
    if (!S_ISREG(draft->old.st_mode))
        errno = S_ISDIR(draft->old.st_mode) ? EISDIR : ENOTSUP;
    else if (ask->flags & ASK_FLAG_NEW)
        errno = EEXIST;
    else if (faccessat(draft->place.folder, draft->place.name, W_OK, 0) == 0)
        return draft_require_same(ask, &draft->old);
    return -1;
}

/* Who is told now need not send what there is no room for. */
static int require_room(const struct draft *draft, uint64_t length)
{
    struct statvfs system;
    if (fstatvfs(draft->place.folder, &system) < 0 || system.f_blocks == 0 ||
        length / (system.f_frsize ? system.f_frsize : 1) <= system.f_bavail)
        return 0;
    errno = ENOSPC;
    return -1;
}

/* All that commands may write to is one file system; the courier's own folder is in it. */
void draft_failed(struct failure *failure)
{
    struct statvfs system;
    failed(failure, "do", "what was asked for");
    if (failure->error != ENOSPC || statvfs(".", &system) < 0 || system.f_blocks == 0)
        return;
    bool is_of_names = system.f_files > 0 && system.f_favail == 0;
    unsigned long long all = is_of_names ? system.f_files : (unsigned long long)system.f_blocks * system.f_frsize;
    snprintf(failure->on, sizeof failure->on, "%llu %s", all, is_of_names ? "files" : "bytes");
}

int draft_open_beside(int folder, char name[BESIDE_SIZE])
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return -1;
    snprintf(name, BESIDE_SIZE, ".sandlot-%016llx", (unsigned long long)number);
    return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int draft_begin(const struct ask *ask, const char *path, struct draft *draft)
{
    draft->file = -1;
    if (paths_parent(AT_FDCWD, path, true, &draft->place) < 0)
        return -1;
    if (paths_follow(&draft->place) == 0 && look_at_old(ask, draft) == 0 && require_room(draft, ask->length) == 0 &&
        (draft->file = draft_open_beside(draft->place.folder, draft->name)) >= 0)
        return 0;
    int error = errno;
    close(draft->place.folder);
    errno = error;
    return -1;
}

int draft_write(int file, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t part = write(file, bytes, length);
        if (part < 0 && errno != EINTR)
            return -1;
        if (part > 0) {
            bytes += part;
            length -= (size_t)part;
        }
    }
    return 0;
}

void draft_discard(struct draft *draft)
{
    int error = errno;
    unlinkat(draft->place.folder, draft->name, 0);
    close(draft->file);
    close(draft->place.folder);
    errno = error;
}

/* Where somebody else's can't be given to them again it is the writer's, and then nobody gets rights by it. */
static int set_owner_and_mode(const struct ask *ask, const struct draft *draft)
{
    mode_t mode = draft->exists ? draft->old.st_mode & (PERMISSIONS | SET_IDS) : NEW_MODE;
    if (draft->exists && fchown(draft->file, draft->old.st_uid, draft->old.st_gid) < 0)
        mode &= ~(mode_t)SET_IDS;
    return fchmod(draft->file, ask->has_mode ? ask->mode & PERMISSIONS : mode);
}

int draft_rename_to_nothing(const struct place *from, const char *name, const struct place *to)
{
    if (syscall(SYS_renameat2, from->folder, name, to->folder, to->name, NO_REPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    /* A file system, or a kernel, that does not know how. */
    struct stat status;
    if (fstatat(to->folder, to->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return errno == ENOENT ? renameat(from->folder, name, to->folder, to->name) : -1;
}

static int put_in_place(const struct ask *ask, const struct draft *draft)
{
    struct stat now;
    if (ask->flags & ASK_FLAG_NEW)
        return draft_rename_to_nothing(&draft->place, draft->name, &draft->place);
    if (ask->etag && fstatat(draft->place.folder, draft->place.name, &now, AT_SYMLINK_NOFOLLOW) < 0)
        return draft_require_same(ask, NULL);
    if (ask->etag && draft_require_same(ask, &now) < 0)
        return -1;
    return renameat(draft->place.folder, draft->name, draft->place.folder, draft->place.name);
}

int draft_commit(const struct ask *ask, struct draft *draft)
{
    if (set_owner_and_mode(ask, draft) < 0 || put_in_place(ask, draft) < 0 || fstat(draft->file, &draft->now) < 0) {
        draft_discard(draft);
        return -1;
    }
    close(draft->file);
    close(draft->place.folder);
    return 0;
}
