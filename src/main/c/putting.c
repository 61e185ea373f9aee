#include "putting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "draft.h"
#include "paths.h"

#define PERMISSIONS 01777u
#define FILE_MODE 0644
#define FOLDER_MODE 0755
/* Or what is in it could not be put there. */
#define OWNERS_ALL 0700

int putting_begin(struct putting *putting, const struct ask *ask)
{
    struct making making = {.parents = true, .last = true, .mode = FOLDER_MODE};
    if (putting->root >= 0)
        close(putting->root);
    putting->root = paths_folder(AT_FDCWD, ask->path, &making);
    putting->failed = false;
    return putting->root < 0 ? -1 : 0;
}

/* A member replaces what is there, but no folder. */
static int clear(const struct place *place)
{
    return unlinkat(place->folder, place->name, 0) == 0 || errno == ENOENT ? 0 : -1;
}

static int put_folder(const struct ask *ask, const struct place *place)
{
    struct stat status;
    mode_t mode = (ask->has_mode ? ask->mode & PERMISSIONS : FOLDER_MODE) | OWNERS_ALL;
    if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode))
        return 0;
    return clear(place) < 0 ? -1 : mkdirat(place->folder, place->name, mode);
}

static int put_name(int root, const struct ask *ask, const struct place *place)
{
    struct place from;
    struct stat one, other;
    if (paths_below(root, ask->other, false, &from) < 0)
        return -1;
    int result = fstatat(from.folder, from.name, &one, AT_SYMLINK_NOFOLLOW);
    bool same = result == 0 && fstatat(place->folder, place->name, &other, AT_SYMLINK_NOFOLLOW) == 0 &&
                one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    if (result == 0 && !same)
        result = clear(place) < 0 ? -1 : linkat(from.folder, from.name, place->folder, place->name, 0);
    int error = errno;
    close(from.folder);
    errno = error;
    return result;
}

static int finish_file(int file, mode_t mode, uint64_t seconds)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)seconds}};
    return fchmod(file, mode) < 0 || futimens(file, times) < 0 ? -1 : 0;
}

/* -1 with errno; the bytes are taken in any case. False: the other side is gone. */
static bool receive_file(struct parcels *parcels, int file, int *result)
{
    struct parcel parcel;
    int error = errno;
    while (parcels_receive(parcels, &parcel)) {
        if (parcel.type == PARCEL_END) {
            errno = error;
            return true;
        }
        if (parcel.type != PARCEL_DATA)
            return false;
        if (*result == 0 && draft_write(file, parcel.payload, parcel.length) < 0) {
            *result = -1;
            error = errno;
        }
    }
    return false;
}

/* It is written beside its place: whoever looks there sees what was there before, or all of it. */
static bool put_file(struct parcels *parcels, const struct ask *ask, const struct place *place, int *result)
{
    mode_t mode = ask->has_mode ? ask->mode & PERMISSIONS : FILE_MODE;
    uint64_t seconds = ask->seconds;
    char name[BESIDE_SIZE];
    int file = *result == 0 ? draft_open_beside(place->folder, name) : -1;
    *result = file < 0 ? -1 : 0;
    bool there = receive_file(parcels, file, result);
    if (file < 0)
        return there;
    if (there && *result == 0 && (*result = finish_file(file, mode, seconds)) == 0)
        *result = renameat(place->folder, name, place->folder, place->name);
    int error = errno;
    if (!there || *result < 0)
        unlinkat(place->folder, name, 0);
    close(file);
    errno = error;
    return there;
}

static bool put(struct putting *putting, struct parcels *parcels, const struct ask *ask, int *result)
{
    struct place place = {.folder = -1};
    bool there = true;
    *result = putting->failed ? -1 : paths_below(putting->root, ask->path, true, &place);
    bool placed = *result == 0;
    if (ask->errand == ERRAND_PUT_FILE)
        there = put_file(parcels, ask, &place, result);
    else if (placed && ask->errand == ERRAND_PUT_FOLDER)
        *result = put_folder(ask, &place);
    else if (placed && ask->errand == ERRAND_PUT_LINK)
        *result = clear(&place) < 0 ? -1 : symlinkat(ask->other, place.folder, place.name);
    else if (placed)
        *result = put_name(putting->root, ask, &place);
    int error = errno;
    if (placed)
        close(place.folder);
    errno = error;
    return there;
}

bool putting_take(struct putting *putting, struct parcels *parcels, const struct ask *ask)
{
    char path[PATH_MAX];
    struct failure failure;
    int result;
    if (putting->root < 0)
        return false;
    strcpy(path, ask->path);
    if (!put(putting, parcels, ask, &result))
        return false;
    if (result == 0 || putting->failed)
        return true;
    putting->failed = true;
    failed(&failure, "put", path);
    return parcels_send_failure(parcels, &failure);
}
