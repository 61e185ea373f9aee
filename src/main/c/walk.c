#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"

#define SEEN_MAX 4000000u
#define PASSES_MAX 16u
#define ENTER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

static bool is_gone(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

static int too_big(void)
{
    errno = E2BIG;
    return -1;
}

/* Its end is NULL with errno 0. */
static const char *next_name(DIR *stream)
{
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(stream);
    } while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    return entry ? entry->d_name : NULL;
}

static void close_stream(DIR *stream)
{
    int error = errno;
    closedir(stream);
    errno = error;
}

static DIR *open_stream(int folder)
{
    DIR *stream = fdopendir(folder);
    if (!stream) {
        int error = errno;
        close(folder);
        errno = error;
    }
    return stream;
}

static bool push(struct walk *walk, const char *name)
{
    size_t length = strlen(name), slash = walk->length > 0;
    if (walk->length + slash + length >= sizeof walk->path)
        return false;
    if (slash)
        walk->path[walk->length] = '/';
    memcpy(walk->path + walk->length + slash, name, length + 1);
    walk->length += slash + length;
    return true;
}

static int walk_folder(struct walk *walk, int folder, unsigned depth);

static int enter(struct walk *walk, int folder, const char *name, unsigned depth)
{
    if (depth >= walk->depth_max)
        return 0;
    if (depth >= WALK_DEPTH_MAX)
        return too_big();
    int next = openat(folder, name, ENTER);
    if (next < 0)
        return !walk->whole || is_gone(errno) ? 0 : -1;
    if (paths_require_files(next) == 0)
        return walk_folder(walk, next, depth + 1);
    close(next);
    return 0;
}

static int look_at(struct walk *walk, int folder, const char *name, unsigned depth)
{
    struct stat status;
    size_t length = walk->length;
    if (++walk->seen > SEEN_MAX)
        return too_big();
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return is_gone(errno) ? 0 : -1;
    if (!push(walk, name))
        return too_big();
    int result = walk->visit(walk, folder, name, &status);
    if (result == 0 && S_ISDIR(status.st_mode))
        result = enter(walk, folder, name, depth);
    walk->length = length;
    walk->path[length] = 0;
    return result;
}

static int walk_folder(struct walk *walk, int folder, unsigned depth)
{
    DIR *stream = open_stream(folder);
    int result = 0;
    if (!stream)
        return -1;
    for (const char *name = next_name(stream); name && result == 0; name = result == 0 ? next_name(stream) : NULL)
        result = look_at(walk, dirfd(stream), name, depth);
    if (result == 0 && errno != 0 && !is_gone(errno))
        result = -1;
    close_stream(stream);
    return result;
}

int walk_through(struct walk *walk, int root)
{
    walk->length = 0;
    walk->path[0] = 0;
    walk->seen = 0;
    return walk_folder(walk, root, 1);
}

static int remove_below(int folder, unsigned depth, uint64_t *seen);

static int remove_one(int folder, const char *name, unsigned depth, uint64_t *seen)
{
    if (++*seen > SEEN_MAX || depth > WALK_DEPTH_MAX)
        return too_big();
    if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
        return 0;
    /* EPERM is what POSIX says of a folder (unlink(2)). */
    if (errno != EISDIR && errno != EPERM)
        return -1;
    int error = errno, next = openat(folder, name, ENTER);
    if (next < 0) {
        errno = is_gone(errno) ? error : errno;
        return -1;
    }
    if (remove_below(next, depth + 1, seen) < 0)
        return -1;
    return unlinkat(folder, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -1;
}

static int remove_all(DIR *stream, unsigned depth, uint64_t *seen, bool *found)
{
    rewinddir(stream);
    *found = false;
    for (const char *name = next_name(stream); name; name = next_name(stream)) {
        *found = true;
        if (remove_one(dirfd(stream), name, depth, seen) < 0)
            return -1;
    }
    return errno == 0 || is_gone(errno) ? 0 : -1;
}

/* What is read while it is removed may miss some (readdir(3)); what is added for ever is not waited for. */
static int remove_below(int folder, unsigned depth, uint64_t *seen)
{
    DIR *stream = open_stream(folder);
    bool found = true;
    int result = stream ? 0 : -1;
    if (!stream)
        return -1;
    for (unsigned passes = 0; found && result == 0 && passes < PASSES_MAX; passes++)
        result = remove_all(stream, depth, seen, &found);
    close_stream(stream);
    return result;
}

int walk_remove(int folder)
{
    uint64_t seen = 0;
    return remove_below(folder, 1, &seen);
}
