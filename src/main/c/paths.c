#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40u
#define PARENT_MODE 0755
#define FOLDER_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)

static int give_up(int fd, int error)
{
    close(fd);
    errno = error;
    return -1;
}

static int give_up_place(struct place *place)
{
    return give_up(place->folder, errno);
}

int paths_require_files(int fd)
{
    struct statfs system;
    if (fstatfs(fd, &system) < 0)
        return -1;
    if (system.f_type != PROC_SUPER_MAGIC)
        return 0;
    errno = ENOTSUP;
    return -1;
}

static bool is_this_program(int fd)
{
    struct stat found, own;
    return fstat(fd, &found) < 0 ||
           (stat("/proc/self/exe", &own) == 0 && found.st_dev == own.st_dev && found.st_ino == own.st_ino);
}

static int open_checked(int from, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_NO_MAGICLINKS};
    int fd = (int)syscall(SYS_openat2, from, path, &how, sizeof how);
    if (fd >= 0 || errno != ENOSYS)
        return fd;
    /* Before Linux 5.6, and in kernels that imitate it: this process has nothing open but its client and itself. */
    fd = openat(from, path, flags);
    return fd >= 0 && is_this_program(fd) ? give_up(fd, ELOOP) : fd;
}

int paths_open(int from, const char *path, int flags)
{
    int fd = open_checked(from, path, flags | O_CLOEXEC);
    return fd >= 0 && paths_require_files(fd) < 0 ? give_up(fd, errno) : fd;
}

/* The next name of a path; its length, 0 at the end, -1 when it is too long. */
static int next_name(const char **path, char *name)
{
    *path += strspn(*path, "/");
    size_t length = strcspn(*path, "/");
    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, *path, length);
    name[length] = 0;
    *path += length;
    *path += strspn(*path, "/");
    return (int)length;
}

/* Who made it meanwhile, or a link that leads nowhere: the second look tells. */
static int enter(int folder, const char *name, struct making *making, bool last)
{
    int fd = paths_open(folder, name, FOLDER_FLAGS);
    if (fd >= 0 || errno != ENOENT || !(last ? making->last : making->parents))
        return fd;
    mode_t mode = last ? making->mode : PARENT_MODE;
    if (mkdirat(folder, name, mode) == 0)
        making->made = true;
    else if (errno != EEXIST)
        return -1;
    return paths_open(folder, name, FOLDER_FLAGS);
}

int paths_folder(int from, const char *path, struct making *making)
{
    char name[NAME_MAX + 1];
    int at = paths_open(path[0] == '/' ? AT_FDCWD : from, path[0] == '/' ? "/" : ".", FOLDER_FLAGS), length = 0;
    while (at >= 0 && (length = next_name(&path, name)) > 0) {
        making->made = false;
        int next = enter(at, name, making, *path == 0);
        give_up(at, errno);
        at = next;
    }
    return at >= 0 && length < 0 ? give_up(at, errno) : at;
}

static bool is_name(const char *name)
{
    return name[0] && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int paths_parent(int from, const char *path, bool make, struct place *place)
{
    char folder[PATH_MAX];
    struct making making = {.parents = make, .last = make, .mode = PARENT_MODE};
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    size_t begin = length;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    if (length - begin > NAME_MAX || begin >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(folder, path, begin);
    folder[begin] = 0;
    memcpy(place->name, path + begin, length - begin);
    place->name[length - begin] = 0;
    if (!is_name(place->name)) {
        errno = EISDIR;
        return -1;
    }
    place->folder = paths_folder(from, folder, &making);
    return place->folder < 0 ? -1 : 0;
}

int paths_follow(struct place *place)
{
    char target[PATH_MAX];
    for (unsigned links = 0; links < LINKS_MAX; links++) {
        ssize_t length = readlinkat(place->folder, place->name, target, sizeof target - 1);
        if (length < 0)
            return errno == EINVAL || errno == ENOENT ? 0 : -1;
        target[length] = 0;
        struct place next;
        if (paths_parent(place->folder, target, false, &next) < 0)
            return -1;
        close(place->folder);
        *place = next;
    }
    errno = ELOOP;
    return -1;
}

/* A link on the way is no folder: ENOTDIR. */
static int enter_plainly(int folder, const char *name, bool make)
{
    int fd = openat(folder, name, FOLDER_FLAGS | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && make && (mkdirat(folder, name, PARENT_MODE) == 0 || errno == EEXIST))
        fd = openat(folder, name, FOLDER_FLAGS | O_NOFOLLOW);
    return fd >= 0 && paths_require_files(fd) < 0 ? give_up(fd, errno) : fd;
}

int paths_below(int root, const char *path, bool make, struct place *place)
{
    int length = path[0] == '/' ? 0 : next_name(&path, place->name);
    place->folder = openat(root, ".", FOLDER_FLAGS);
    if (place->folder < 0)
        return -1;
    while (length > 0 && is_name(place->name)) {
        if (*path == 0)
            return 0;
        int next = enter_plainly(place->folder, place->name, make);
        give_up_place(place);
        place->folder = next;
        if (next < 0)
            return -1;
        length = next_name(&path, place->name);
    }
    errno = length < 0 ? ENAMETOOLONG : EINVAL;
    return give_up_place(place);
}
