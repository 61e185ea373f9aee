/*
 * From the end of a command's process to the end of its output. What it has left behind holds its pipe and may be about
 * to print (`exec > >(tee log)`), or live on in silence (`sleep 60 &`). Who works is awaited, for as long as it prints
 * and a little more; who sleeps is not.
 */
#ifndef SANDLOT_SETTLING_H
#define SANDLOT_SETTLING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct settling {
    uint64_t since_us;
    uint64_t printed, printed_us;
    uint64_t look_us; /* when to look next, though nothing has come */
    uint64_t cpu_us; /* at the first look after something came */
    bool measured; /* that look has been taken */
    uint64_t asleep_us; /* since when all were seen asleep; 0: not so */
};

/* Where the processes are found: in the control group, or, with -1, below `root` as tree_look takes it. */
struct remains {
    int cgroup;
    pid_t root;
    bool own_kernel; /* of the sandbox's: all takes longer, and it is late to say who works */
};

/* `printed`: bytes of output so far. */
void settling_begin(struct settling *settling, uint64_t now_us, uint64_t printed);

/* It has lasted as long as it may. */
bool settling_overdue(const struct settling *settling, uint64_t now_us, struct remains remains);

/* One look; true when no more is to be awaited. To be called when all is read that is there. */
bool settling_over(struct settling *settling, uint64_t now_us, uint64_t printed, struct remains remains);

#endif
