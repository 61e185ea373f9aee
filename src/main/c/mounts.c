#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kernel.h"

int mounts_detach(const char *path, int userns_fd)
{
    /* A plain user may not part a mount from the mounts on it, so it takes them along (mount_namespaces(7)). */
    unsigned recursive = userns_fd < 0 ? TREE_RECURSIVE : 0;
    int fd = kernel_open_tree(path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC_FLAG | recursive);
    if (fd < 0)
        return -1;
    struct mount_attributes attributes = {.set = ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV};
    if (userns_fd >= 0) {
        attributes.set |= ATTR_IDMAP;
        attributes.userns_fd = (uint64_t)userns_fd;
    }
    if (kernel_mount_setattr(fd, recursive, &attributes) < 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int mounts_attach(int fd, const char *to, struct failure *failure)
{
    int result = kernel_move_mount(fd, to);
    if (result < 0)
        failed(failure, "attach a mount", to);
    close(fd);
    return result;
}

int mounts_bind(const char *from, const char *to, uint64_t attributes, struct failure *failure)
{
    int fd = kernel_open_tree(from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC_FLAG | TREE_RECURSIVE);
    if (fd < 0)
        return failed(failure, "bind", from);
    struct mount_attributes set = {.set = attributes};
    if (attributes && kernel_mount_setattr(fd, TREE_RECURSIVE, &set) < 0) {
        close(fd);
        return failed(failure, "protect the mount", from);
    }
    return mounts_attach(fd, to, failure);
}

int mounts_overlay(const char *lower, const char *upper, const char *work, const char *to, struct failure *failure)
{
    /* Inside a user namespace overlayfs keeps its marks in user.* attributes (mount option userxattr). */
    static const char *const kinds[] = {"userxattr,", ""};
    char options[4096];
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int length =
            snprintf(options, sizeof options, "%slowerdir=%s,upperdir=%s,workdir=%s", kinds[i], lower, upper, work);
        if (length < 0 || (size_t)length >= sizeof options)
            return failed_with(failure, "mount overlay", to, ENAMETOOLONG);
        if (mount("overlay", to, "overlay", MS_NOSUID | MS_NODEV, options) == 0)
            return 0;
    }
    return failed(failure, "mount overlay", to);
}

int make_folder(const char *path, unsigned mode, struct failure *failure)
{
    if (mkdir(path, mode) < 0) {
        if (errno != EEXIST)
            return failed(failure, "make folder", path);
        return 0;
    }
    /* mkdir's mode is cut by the umask. */
    if (chmod(path, mode) < 0)
        return failed(failure, "set the mode of", path);
    return 0;
}

int make_file(const char *path, const char *text, struct failure *failure)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno == EEXIST ? 0 : failed(failure, "make file", path);
    size_t length = strlen(text);
    ssize_t written = write(fd, text, length);
    close(fd);
    if (written != (ssize_t)length)
        return failed(failure, "write file", path);
    return 0;
}
