#include "bounds.h"

#include <fcntl.h>
#include <stdio.h>

#include "setting.h"

#define DISK_DEFAULT (1ull << 30)
#define PAGE 4096u
#define INODES_MIN 1024u
/*
 * Shares of the sandbox's memory at their worst. Five eighths for the pages of files, with the tree that finds them a
 * little more. An inode with the longest of names takes 1.2 KiB: one for each 8 KiB is the sixth part. Segments have a
 * sixteenth. A queue of messages holds as many as it may have bytes, each of them 64 bytes at least, which is 1 MiB:
 * one for each 16 MiB. What remains is for processes, with the tenth part when all else is full.
 */
#define FILES_OF_MEMORY(memory) ((memory) / 8 * 5)
#define MEMORY_OF_INODE 8192u
#define MEMORY_OF_SEGMENT_BYTE 16u
#define MEMORY_OF_QUEUE (16u << 20)
#define QUEUES_MIN 4u
#define MEMORY_OF_SEMAPHORE 16384u
#define MEMORY_OF_OBJECT (512u << 10)
#define SEMAPHORES_OF_SET "32000"
#define SEMAPHORES_OF_CALL "500"

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static uint64_t most(uint64_t one, uint64_t other)
{
    return one < other ? other : one;
}

static uint64_t disk(const struct sandbox_spec *spec)
{
    return spec->disk_bytes ? spec->disk_bytes : DISK_DEFAULT;
}

static bool is_memory_limited(const struct sandbox_spec *spec)
{
    return spec->memory_bytes && sandbox_spec_has_controller(spec, "memory");
}

uint64_t bounds_files(const struct sandbox_spec *spec)
{
    return is_memory_limited(spec) ? least(disk(spec), FILES_OF_MEMORY(spec->memory_bytes)) : disk(spec);
}

uint64_t bounds_inodes(const struct sandbox_spec *spec)
{
    uint64_t inodes = disk(spec) / PAGE;
    if (is_memory_limited(spec))
        inodes = least(inodes, spec->memory_bytes / MEMORY_OF_INODE);
    return most(inodes, INODES_MIN);
}

bool bounds_ipc_from_inside(const char *release)
{
    unsigned major = 0, minor = 0;
    if (sscanf(release, "%u.%u", &major, &minor) != 2)
        return false;
    return major > 6 || (major == 6 && minor >= 9);
}

static void set(struct ipc_bound *bound, const char *name, uint64_t value)
{
    bound->name = name;
    snprintf(bound->value, sizeof bound->value, "%llu", (unsigned long long)value);
}

/* proc_sys_kernel(5), sysvipc(7) */
void bounds_of_ipc(uint64_t memory, struct ipc_bound *bounds)
{
    uint64_t objects = most(memory / MEMORY_OF_OBJECT, 1);
    set(&bounds[0], "shmall", memory / MEMORY_OF_SEGMENT_BYTE / PAGE);
    set(&bounds[1], "shmmni", least(objects, 4096));
    set(&bounds[2], "msgmni", least(most(memory / MEMORY_OF_QUEUE, QUEUES_MIN), 32000));
    bounds[3].name = "sem";
    snprintf(bounds[3].value, sizeof bounds[3].value, SEMAPHORES_OF_SET " %llu " SEMAPHORES_OF_CALL " %llu",
             (unsigned long long)least(memory / MEMORY_OF_SEMAPHORE, 1024000000),
             (unsigned long long)least(objects, 32000));
}

void bounds_set_ipc(const struct sandbox_spec *spec)
{
    struct ipc_bound bounds[IPC_BOUNDS];
    if (spec->memory_bytes == 0)
        return;
    bounds_of_ipc(spec->memory_bytes, bounds);
    for (unsigned i = 0; i < IPC_BOUNDS; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/sys/kernel/%s", bounds[i].name);
        setting_write(AT_FDCWD, path, bounds[i].value);
    }
}
