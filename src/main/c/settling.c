#include "settling.h"

#include "cgroup.h"
#include "membership.h"
#include "setting.h"
#include "tree.h"

/* Who has worked for so long, by the clock and by his own time, and printed nothing, works on something else. */
#define SILENT_US 50000u
#define SILENT_CPU_US 40000u
#define LONGEST_US 500000u
#define OWN_KERNEL_PACE 4u
#define LOOK_EVERY_US 1000u
/* Who has just been forked is about to execute, and most then sleep: that is over within a millisecond. */
#define BEGINNING_US 1500u
#define LOOK_SOON_US 200u
#define UNCOUNTED_US 2000u
#define OWN_KERNEL_LATE_US 20000u
#define THREADS_MAX 512u

/* Of more threads the first. */
static struct tree_look look_into(int cgroup)
{
    static char text[8192];
    struct tree_look look = {.works = false};
    setting_read(cgroup, "cgroup.threads", text, sizeof text);
    const char *rest = text;
    unsigned count = 0;
    for (pid_t thread = membership_next(&rest); thread > 0 && count < THREADS_MAX && !look.works;
         thread = membership_next(&rest)) {
        look.works = tree_thread_works(thread, thread);
        count++;
    }
    look.cpu_us = cgroup_cpu_us(cgroup);
    return look;
}

static struct tree_look look_at(struct remains remains)
{
    return remains.cgroup >= 0 ? look_into(remains.cgroup) : tree_look(remains.root);
}

/*
 * Of a pipeline one works after the other: who ends wakes the next one first, and may be seen behind that. So all are
 * asleep only when they were seen so twice, and nobody has had time between.
 */
static struct tree_look look_twice(struct remains remains)
{
    struct tree_look first = look_at(remains);
    if (first.works)
        return first;
    struct tree_look second = look_at(remains);
    second.works |= second.cpu_us != first.cpu_us;
    return second;
}

void settling_begin(struct settling *settling, uint64_t now_us, uint64_t printed)
{
    *settling = (struct settling){.since_us = now_us, .printed = printed, .printed_us = now_us};
}

/*
 * A control group counts each microsecond; a process by itself only hundredths of a second, and so it is looked at
 * again.
 */
static uint64_t sleeps_for(struct remains remains)
{
    return remains.cgroup >= 0 ? 0 : remains.own_kernel ? OWN_KERNEL_LATE_US : UNCOUNTED_US;
}

static unsigned pace_of(struct remains remains)
{
    return remains.own_kernel ? OWN_KERNEL_PACE : 1;
}

bool settling_overdue(const struct settling *settling, uint64_t now_us, struct remains remains)
{
    return now_us - settling->since_us >= (uint64_t)LONGEST_US * pace_of(remains);
}

/* To look into a control group is cheap; else it is at all processes that there are. */
static uint64_t until_next_look(const struct settling *settling, uint64_t now_us, struct remains remains)
{
    return remains.cgroup >= 0 && now_us - settling->since_us < BEGINNING_US ? LOOK_SOON_US : LOOK_EVERY_US;
}

static bool has_worked_in_silence(const struct settling *settling, uint64_t now_us, uint64_t cpu_us,
                                  struct remains remains)
{
    return now_us - settling->printed_us >= (uint64_t)SILENT_US * pace_of(remains) &&
           cpu_us - settling->cpu_us >= (uint64_t)SILENT_CPU_US * pace_of(remains);
}

bool settling_over(struct settling *settling, uint64_t now_us, uint64_t printed, struct remains remains)
{
    if (printed != settling->printed) {
        settling->printed = printed;
        settling->printed_us = now_us;
        settling->measured = false;
        settling->asleep_us = 0;
    }
    if (settling_overdue(settling, now_us, remains))
        return true;
    if (now_us < settling->look_us)
        return false;
    struct tree_look look = look_twice(remains);
    if (look.works)
        settling->asleep_us = 0;
    else if (settling->asleep_us == 0)
        settling->asleep_us = now_us;
    if (!look.works && now_us - settling->asleep_us >= sleeps_for(remains))
        return true;
    /* Who has ended may count no more. */
    if (!settling->measured || look.cpu_us < settling->cpu_us)
        settling->cpu_us = look.cpu_us;
    settling->measured = true;
    settling->look_us = now_us + until_next_look(settling, now_us, remains);
    return has_worked_in_silence(settling, now_us, look.cpu_us, remains);
}
