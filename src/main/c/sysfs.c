#include "sysfs.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "mounts.h"
#include "rootfs.h"

#define PROTECTED (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
#define PROCESSORS_MAX 256u
#define SYS STAGE_ROOT "/sys"
#define PROCESSORS SYS "/devices/system/cpu"
#define CGROUPS SYS "/fs/cgroup"

unsigned sysfs_processors(const struct sandbox_spec *spec)
{
    cpu_set_t set;
    unsigned host = sched_getaffinity(0, sizeof set, &set) < 0 ? 1 : (unsigned)CPU_COUNT(&set);
    unsigned wanted = spec->cpu_millis ? (spec->cpu_millis + 999) / 1000 : host;
    if (wanted > host)
        wanted = host;
    return wanted > PROCESSORS_MAX ? PROCESSORS_MAX : wanted;
}

/* Each is a core of its own of one package: what programs count is processors (sysfs-devices-system-cpu). */
static int processor(unsigned number, struct failure *failure)
{
    char path[128], text[32], mask[PROCESSORS_MAX / 32 * 9 + 16];
    char *at = mask;
    snprintf(path, sizeof path, PROCESSORS "/cpu%u", number);
    if (make_folder(path, 0755, failure) < 0)
        return -1;
    snprintf(path, sizeof path, PROCESSORS "/cpu%u/topology", number);
    if (make_folder(path, 0755, failure) < 0)
        return -1;
    /* Words of 32 processors, the highest first. */
    at += sprintf(at, "%x", 1u << (number % 32));
    for (unsigned word = 0; word < number / 32; word++)
        at += sprintf(at, ",00000000");
    sprintf(at, "\n");
    snprintf(text, sizeof text, "%u\n", number);
    const char *const files[][2] = {
        {"core_id", text},         {"physical_package_id", "0\n"}, {"thread_siblings_list", text},
        {"thread_siblings", mask}, {"core_cpus_list", text},       {"core_cpus", mask}};
    for (unsigned i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, PROCESSORS "/cpu%u/topology/%s", number, files[i][0]);
        if (make_file(path, files[i][1], failure) < 0)
            return -1;
    }
    return 0;
}

static int processors(unsigned count, struct failure *failure)
{
    static const char *const folders[] = {SYS "/devices", SYS "/devices/system", PROCESSORS};
    static const char *const lists[] = {PROCESSORS "/online", PROCESSORS "/possible", PROCESSORS "/present"};
    char text[32];
    snprintf(text, sizeof text, count == 1 ? "0\n" : "0-%u\n", count - 1);
    for (unsigned i = 0; i < 3; i++)
        if (make_folder(folders[i], 0755, failure) < 0)
            return -1;
    for (unsigned i = 0; i < 3; i++)
        if (make_file(lists[i], text, failure) < 0)
            return -1;
    for (unsigned i = 0; i < count; i++)
        if (processor(i, failure) < 0)
            return -1;
    return 0;
}

static bool limits_by(const struct sandbox_spec *spec, const char *controllers)
{
    for (unsigned i = 0; i < spec->controller_count; i++) {
        const char *name = spec->controllers[i].name, *found = strstr(controllers, name);
        size_t length = strlen(name);
        if (spec->controllers[i].path[0] && found && (found == controllers || found[-1] == ',') &&
            (found[length] == 0 || found[length] == ','))
            return true;
    }
    return false;
}

/* Where the kernel or a container refuses, the sandbox stands without: the limits hold all the same. */
static bool mount_cgroup(const char *name, const char *type, const char *controllers)
{
    char path[256];
    snprintf(path, sizeof path, CGROUPS "%s%.128s", *name ? "/" : "", name);
    mkdir(path, 0755);
    if (mount(type, path, type, PROTECTED, controllers) == 0)
        return true;
    rmdir(path);
    return false;
}

/* One that is mounted together with another is looked for by its own name too. */
static void name_apart(const char *together)
{
    char names[128], path[256];
    snprintf(names, sizeof names, "%s", together);
    for (char *name = strtok(names, ","); name && strchr(together, ','); name = strtok(NULL, ",")) {
        snprintf(path, sizeof path, CGROUPS "/%s", name);
        if (symlink(together, path) < 0)
            return;
    }
}

/*
 * A JVM takes limits from version 1 only where it sees these controllers mounted as well. They limit nothing here, and
 * their folders are the server's: one file of each, which says nothing, is enough.
 */
static void show_presence(const char *controllers)
{
    static const char *const looked_for[] = {"cpuset", "cpuacct"};
    static const char hidden[] = SYS "/hidden", from[] = SYS "/hidden/cgroup.clone_children";
    for (unsigned i = 0; i < 2; i++) {
        char path[256];
        struct failure ignored;
        if (strcmp(controllers, looked_for[i]) != 0)
            continue;
        snprintf(path, sizeof path, CGROUPS "/%s", looked_for[i]);
        mkdir(hidden, 0700);
        if (mount("cgroup", hidden, "cgroup", PROTECTED, controllers) == 0) {
            mkdir(path, 0755);
            snprintf(path, sizeof path, CGROUPS "/%s/cgroup.clone_children", looked_for[i]);
            if (make_file(path, "", &ignored) == 0)
                mounts_bind(from, path, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC, &ignored);
            umount2(hidden, MNT_DETACH);
        }
        rmdir(hidden);
    }
}

/* "NUMBER:CONTROLLERS:PATH" a line; version 2 has number 0 and no controllers (cgroups(7)). */
static int cgroups(const struct sandbox_spec *spec, struct failure *failure)
{
    char line[512];
    bool any = false;
    FILE *list = fopen("/proc/self/cgroup", "re");
    if (make_folder(SYS "/fs", 0755, failure) < 0 || make_folder(CGROUPS, 0755, failure) < 0) {
        if (list)
            fclose(list);
        return -1;
    }
    while (list && fgets(line, sizeof line, list)) {
        char *controllers = strchr(line, ':'), *end = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!end || controllers + 1 == end)
            continue;
        *end = 0;
        if (limits_by(spec, controllers + 1) && mount_cgroup(controllers + 1, "cgroup", controllers + 1)) {
            name_apart(controllers + 1);
            any = true;
        } else {
            show_presence(controllers + 1);
        }
    }
    if (list)
        fclose(list);
    if (spec->cgroup2[0])
        mount_cgroup(any ? "unified" : "", "cgroup2", NULL);
    return 0;
}

int sysfs_mount(const struct sandbox_spec *spec, struct failure *failure)
{
    if (mount("tmpfs", SYS, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755,size=1m") < 0)
        return failed(failure, "mount tmpfs", "/sys");
    if (processors(sysfs_processors(spec), failure) < 0 || cgroups(spec, failure) < 0)
        return -1;
    return mount(NULL, SYS, NULL, MS_REMOUNT | PROTECTED, NULL) < 0 ? failed(failure, "protect", "/sys") : 0;
}
