#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounds.h"
#include "devices.h"
#include "identity.h"
#include "kernel.h"
#include "mounts.h"
#include "sysfs.h"

/*
 * Any folder that exists everywhere would do as a stage: it is covered in this mount namespace only, and gone after the
 * pivot.
 */
#define ROOT STAGE_ROOT

#define HOST_PROGRAMS 7 /* folders of the host itself; those behind them are the server's selection of its files */
static const char *const host_folders[HOST_FOLDERS] = {"usr",   "bin",    "sbin", "lib", "lib32",
                                                       "lib64", "libx32", "etc",  "var"};

static int open_source(const char *path, int userns_fd, struct sources *sources)
{
    if (sources->idmapped) {
        int fd = mounts_detach(path, userns_fd);
        if (fd >= 0 || errno == ENOENT)
            return fd;
        /* The kernel (before 5.19) or the file system can't: everything is shown as it is. */
        sources->idmapped = 0;
    }
    return mounts_detach(path, -1);
}

static bool is_folder(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int rootfs_sources(const struct sandbox_spec *spec, int userns_fd, struct sources *sources, struct failure *failure)
{
    sources->idmapped = userns_fd >= 0;
    sources->count = spec->host_image ? HOST_FOLDERS : spec->layer_count;
    for (unsigned i = 0; i < sources->count; i++) {
        char path[PATH_MAX + 16];
        if (spec->host_image)
            snprintf(path, sizeof path, "%s/%s", i < HOST_PROGRAMS ? "" : spec->host_files, host_folders[i]);
        else
            snprintf(path, sizeof path, "%s", spec->layers[i]);
        sources->fds[i] = -1;
        if (spec->host_image && !is_folder(path))
            continue;
        sources->fds[i] = open_source(path, userns_fd, sources);
        if (sources->fds[i] < 0)
            return failed(failure, "open the image's folder", path);
    }
    return 0;
}

static int stage(const struct sandbox_spec *spec, struct failure *failure)
{
    char options[96];
    snprintf(options, sizeof options, "mode=755,size=%llu,nr_inodes=%llu", (unsigned long long)bounds_files(spec),
             (unsigned long long)bounds_inodes(spec));
    if (mount("tmpfs", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return failed(failure, "mount tmpfs", "the sandbox's writable layer");
    if (make_folder(ROOT, 0755, failure) < 0 || make_folder(STAGE "/upper", 0755, failure) < 0 ||
        make_folder(STAGE "/work", 0755, failure) < 0 || make_folder(STAGE "/lower", 0755, failure) < 0)
        return -1;
    return make_folder(STAGE "/shm", 01777, failure);
}

/* One writable view of a read-only source: lower/NAME below, upper/NAME above, shown at `to`. */
static int overlay_source(int fd, const char *name, const char *to, struct failure *failure)
{
    char lower[64], upper[64], work[64];
    snprintf(lower, sizeof lower, STAGE "/lower/%s", name);
    snprintf(upper, sizeof upper, STAGE "/upper/%s", name);
    snprintf(work, sizeof work, STAGE "/work/%s", name);
    if (make_folder(lower, 0755, failure) < 0 || make_folder(upper, 0755, failure) < 0 ||
        make_folder(work, 0755, failure) < 0 || mounts_attach(fd, lower, failure) < 0)
        return -1;
    return mounts_overlay(lower, upper, work, to, failure);
}

static int host_folder(const char *name, int fd, bool writable, struct failure *failure)
{
    char from[32], to[64], target[PATH_MAX];
    snprintf(from, sizeof from, "/%s", name);
    snprintf(to, sizeof to, ROOT "/%s", name);
    if (fd >= 0) {
        if (make_folder(to, 0755, failure) < 0)
            return -1;
        return writable ? overlay_source(fd, name, to, failure) : mounts_attach(fd, to, failure);
    }
    ssize_t length = readlink(from, target, sizeof target - 1);
    if (length < 0)
        return 0;
    target[length] = 0;
    return symlink(target, to) < 0 ? failed(failure, "link", to) : 0;
}

struct named_folder {
    const char *path;
    unsigned mode;
};

static int make_folders(const struct named_folder *folders, size_t count, struct failure *failure)
{
    for (size_t i = 0; i < count; i++) {
        char path[64];
        snprintf(path, sizeof path, ROOT "%s", folders[i].path);
        if (make_folder(path, folders[i].mode, failure) < 0)
            return -1;
    }
    return 0;
}

/* What every image has. Of one name each: what is above another one may lead out of an image before it is the root. */
static int common_folders(struct failure *failure)
{
    static const struct named_folder folders[] = {{"/proc", 0555}, {"/dev", 0755},  {"/sys", 0555},  {"/run", 0755},
                                                  {"/tmp", 01777}, {"/root", 0700}, {"/home", 0755}, {"/etc", 0755}};
    return make_folders(folders, sizeof folders / sizeof folders[0], failure);
}

/* The rest of what the Filesystem Hierarchy Standard 3.0 has. */
static int standard_folders(struct failure *failure)
{
    static const struct named_folder folders[] = {
        {"/run", 0755},          {"/run/lock", 01777}, {"/etc/opt", 0755}, {"/boot", 0755},      {"/media", 0755},
        {"/mnt", 0755},          {"/opt", 0755},       {"/srv", 0755},     {"/var/cache", 0755}, {"/var/lib", 0755},
        {"/var/lib/misc", 0755}, {"/var/local", 0755}, {"/var/log", 0755}, {"/var/mail", 0755},  {"/var/opt", 0755},
        {"/var/spool", 0755},    {"/var/tmp", 01777}};
    static const char *const links[][2] = {{"/run", ROOT "/var/run"}, {"/run/lock", ROOT "/var/lock"}};
    if (make_folders(folders, sizeof folders / sizeof folders[0], failure) < 0)
        return -1;
    for (unsigned i = 0; i < 2; i++)
        if (symlink(links[i][0], links[i][1]) < 0)
            return failed(failure, "link", links[i][1]);
    return 0;
}

/* What this sandbox is called, in place of what its host is. */
static int host_names(const struct sandbox_spec *spec, struct failure *failure)
{
    char hosts[160], hostname[80];
    snprintf(hosts, sizeof hosts, "127.0.0.1\tlocalhost %s\n::1\tlocalhost\n", spec->hostname);
    snprintf(hostname, sizeof hostname, "%s\n", spec->hostname);
    if (make_file(ROOT "/etc/resolv.conf", "", failure) < 0 || make_file(ROOT "/etc/hosts", hosts, failure) < 0)
        return -1;
    return make_file(ROOT "/etc/hostname", hostname, failure);
}

static int host_image(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure)
{
    /* The new root must be a mount of its own (pivot_root(2)). */
    if (mounts_bind(ROOT, ROOT, ATTR_NOSUID | ATTR_NODEV, failure) < 0)
        return -1;
    /* The selection is written to by nobody else: it is writable wherever an overlay is to be had. */
    for (unsigned i = 0; i < HOST_FOLDERS; i++)
        if (host_folder(host_folders[i], sources->fds[i], sources->idmapped || i >= HOST_PROGRAMS, failure) < 0)
            return -1;
    return host_names(spec, failure) < 0 ? -1 : standard_folders(failure);
}

static int layered_image(struct sources *sources, struct failure *failure)
{
    char lower[SOURCES_MAX * 24] = "";
    for (unsigned i = 0; i < sources->count; i++) {
        char path[32];
        snprintf(path, sizeof path, STAGE "/lower/%u", i);
        if (make_folder(path, 0755, failure) < 0 || mounts_attach(sources->fds[i], path, failure) < 0)
            return -1;
        if (i > 0)
            strcat(lower, ":");
        strcat(lower, path);
    }
    if (make_folder(STAGE "/upper/root", 0755, failure) < 0 || make_folder(STAGE "/work/root", 0755, failure) < 0)
        return -1;
    return mounts_overlay(lower, STAGE "/upper/root", STAGE "/work/root", ROOT, failure);
}

static int pivot(struct failure *failure)
{
    if (chdir(ROOT) < 0)
        return failed(failure, "enter", "the new root");
    /* Old and new root on one spot: the old one ends on top and is let go (pivot_root(2), "pivot_root(".", ".")"). */
    if (kernel_pivot_root(".", ".") == 0) {
        if (umount2(".", MNT_DETACH) < 0)
            return failed(failure, "let go of", "the old root");
        return chdir("/") < 0 ? failed(failure, "enter", "/") : 0;
    }
    /* The host runs from its initramfs, which cannot be pivoted away: its root is covered instead. */
    if (mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
        return failed(failure, "change the root", "");
    return 0;
}

/* Of the folders on the way to it, those in the user's home are his too. */
static bool is_home(const char *path, const char *home)
{
    size_t length = strlen(home);
    return length > 1 && strncmp(path, home, length) == 0 && (path[length] == 0 || path[length] == '/');
}

static int make_owned(const char *path, const struct identity *owner, struct failure *failure)
{
    if (mkdir(path, 0755) < 0)
        return errno == EEXIST ? 0 : failed(failure, "make folder", path);
    if (chmod(path, 0755) < 0)
        return failed(failure, "set the mode of", path);
    if ((owner->uid || owner->gid) && lchown(path, owner->uid, owner->gid) < 0)
        return failed(failure, "hand over", path);
    return 0;
}

/* It may lie anywhere in the image: its missing parents are made from inside the new root. */
static int make_way(const char *folder, const struct identity *owner, struct failure *failure)
{
    static const struct identity root;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", folder);
    for (size_t end = strlen(path); end > 1 && path[end - 1] == '/'; end--)
        path[end - 1] = 0;
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = 0;
        if (make_owned(path, is_home(path, owner->home) ? owner : &root, failure) < 0)
            return -1;
        *at = '/';
    }
    return make_owned(path, owner, failure);
}

int rootfs_make_workplace(const struct sandbox_spec *spec, struct failure *failure)
{
    struct failure unknown;
    struct identity owner = {.home = "/root"};
    if (spec->user[0] && identity_find(spec->user, sandbox_spec_ids(spec), &owner, &unknown) < 0)
        owner = (struct identity){.home = "/root"};
    if (make_way("/workspace", &owner, failure) < 0)
        return -1;
    return make_way(spec->workdir, &owner, failure);
}

/* In place of whatever the image has there, which may lead elsewhere. */
static int replace_file(const char *path, const char *text, size_t length, struct failure *failure)
{
    if (unlink(path) < 0 && errno != ENOENT)
        return failed(failure, "replace", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return failed(failure, "make file", path);
    ssize_t written = write(fd, text, length);
    close(fd);
    return written == (ssize_t)length ? 0 : failed(failure, "write file", path);
}

/* How names become addresses, where there is a network. */
static int name_files(const struct network_spec *network, struct failure *failure)
{
    static const char resolver[] = "nameserver " NETWORK_RESOLVER "\n";
    if (!network->carrier[0])
        return 0;
    if (network->hosts && replace_file("/etc/hosts", network->hosts, network->hosts_length, failure) < 0)
        return -1;
    return replace_file("/etc/resolv.conf", resolver, network->resolves ? sizeof resolver - 1 : 0, failure);
}

static int build(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return failed(failure, "part from the host's mounts", "");
    if (sources->count == 0 && rootfs_sources(spec, -1, sources, failure) < 0)
        return -1;
    if (stage(spec, failure) < 0)
        return -1;
    if ((spec->host_image ? host_image(spec, sources, failure) : layered_image(sources, failure)) < 0)
        return -1;
    return common_folders(failure);
}

/* The keeper itself: root of the sandbox may not read what root of the host may execute. */
static uint8_t *program;
static size_t program_length;

int rootfs_load_program(struct failure *failure)
{
    struct stat status;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0 || !(program = malloc((size_t)status.st_size)))
        return failed(failure, "read", "the keeper's program");
    while (program_length < (size_t)status.st_size) {
        ssize_t length = read(fd, program + program_length, (size_t)status.st_size - program_length);
        if (length <= 0)
            break;
        program_length += (size_t)length;
    }
    close(fd);
    return program_length == (size_t)status.st_size ? 0 : failed(failure, "read", "the keeper's program");
}

int rootfs_stage(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure)
{
    const struct runtime_spec *runtime = &spec->runtime;
    if (build(spec, sources, failure) < 0 || make_folder(STAGE_BUNDLE, 0755, failure) < 0 ||
        make_folder(STAGE_STATE, 0755, failure) < 0 || replace_file(ROOT "/.sandlot", "", 0, failure) < 0)
        return -1;
    /* Where it is a link it may lead out of the image, and is covered by nothing. */
    if (runtime->flags & RUNTIME_KERNEL && is_folder(ROOT "/tmp") && make_file(ROOT STAGE_MARK, "", failure) < 0)
        return -1;
    if (replace_file(STAGE_BUNDLE "/config.json", runtime->config, runtime->config_length, failure) < 0)
        return -1;
    if (replace_file(STAGE_BUNDLE "/keeper", (const char *)program, program_length, failure) < 0)
        return -1;
    return chmod(STAGE_BUNDLE "/keeper", 0755) < 0 ? failed(failure, "set the mode of", "the keeper") : 0;
}

int rootfs_enter(const struct sandbox_spec *spec, struct sources *sources, struct failure *failure)
{
    if (build(spec, sources, failure) < 0 || devices_mount(ROOT, STAGE "/shm", failure) < 0 ||
        sysfs_mount(spec, failure) < 0)
        return -1;
    if (pivot(failure) < 0 || name_files(&spec->network, failure) < 0)
        return -1;
    return rootfs_make_workplace(spec, failure);
}
