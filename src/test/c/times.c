/* How long the keeper waits: for a time, for children of its own, for what a command has left. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "clock.h"
#include "kernel.h"
#include "setting.h"
#include "settling.h"
#include "spec.h"
#include "units.h"

static pid_t start(int status, int *pidfd)
{
    pid_t pid = fork();
    if (pid == 0 && status < 0)
        for (;;)
            pause();
    if (pid == 0)
        _exit(status);
    *pidfd = kernel_pidfd_open(pid);
    require(*pidfd >= 0, "a descriptor of a child");
    return pid;
}

void a_child_is_waited_for_and_no_longer_than_it_may_last(void)
{
    int pidfd;
    pid_t pid = start(0, &pidfd);
    require(child_ends(pidfd, 60000), "an end that is seen");
    require(child_succeeds(pid, pidfd, 0), "a success");
    pid = start(3, &pidfd);
    int status = child_end(pid, pidfd, 60000);
    require(WIFEXITED(status) && WEXITSTATUS(status) == 3, "what it has said");
    pid = start(3, &pidfd);
    require(!child_succeeds(pid, pidfd, 60000), "a failure");
    pid = start(-1, &pidfd);
    require(!child_ends(pidfd, 0), "one that lasts");
    require(!child_succeeds(pid, pidfd, 0), "one that lasts too long");
    require(waitpid(pid, NULL, WNOHANG) < 0 && kill(pid, 0) < 0, "nobody that is left");
}

void a_round_ends_when_it_is_due(void)
{
    int ends[2];
    require(pipe(ends) == 0, "a pipe");
    struct pollfd news = {.fd = ends[0], .events = POLLIN};
    require(poll_until(&news, 1, 0) == 0, "a time that is over");
    uint64_t due = monotonic_us() + 300;
    require(poll_until(&news, 1, due) == 0 && monotonic_us() >= due, "a time that comes");
    require(write(ends[1], "x", 1) == 1 && poll_until(&news, 1, NEVER) == 1, "news before a time that does not come");
    close(ends[0]);
    close(ends[1]);
}

void a_sandbox_outlives_its_lifetime_by_a_minute(void)
{
    static struct sandbox_spec spec;
    require(sandbox_spec_expiry(&spec, 5) == NEVER, "no lifetime");
    spec.lifetime_seconds = UINT32_MAX;
    require(sandbox_spec_expiry(&spec, 5) == 5 + (UINT32_MAX + 60ull) * 1000000, "the longest lifetime");
}

static void fill(int folder, const char *name, const char *text)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), "a file");
    close(fd);
}

/* A control group as the kernel shows it, of which this process is all. */
static int open_group(char *path)
{
    char text[32];
    int folder = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY) : -1;
    require(folder >= 0, "a folder");
    snprintf(text, sizeof text, "%d\n", getpid());
    fill(folder, "cgroup.threads", text);
    fill(folder, "cpu.stat", "usage_usec 10\n");
    return folder;
}

static void remove_group(int folder, const char *path)
{
    unlinkat(folder, "cgroup.threads", 0);
    unlinkat(folder, "cpu.stat", 0);
    close(folder);
    rmdir(path);
}

void who_is_about_to_sleep_is_looked_at_soon_again(void)
{
    char path[] = "/tmp/units-XXXXXX";
    struct remains remains = {.cgroup = open_group(path), .root = -1};
    struct settling settling;
    settling_begin(&settling, 1000000, 0);
    require(!settling_over(&settling, 1000000, 0, remains) && settling.look_us <= 1000000 + 250,
            "a look at who has just begun");
    require(!settling_over(&settling, 1000100, 0, remains) && settling.look_us <= 1000000 + 250,
            "no look before its time");
    require(!settling_over(&settling, 1010000, 0, remains) && settling.look_us == 1010000 + 1000,
            "a look at who goes on working");
    fill(remains.cgroup, "cgroup.threads", "");
    require(settling_over(&settling, 1011000, 0, remains), "an end when nobody works");
    remove_group(remains.cgroup, path);
}

void what_is_longer_than_its_room_is_cut_off(void)
{
    char path[] = "/tmp/units-XXXXXX", text[8] = "before";
    int folder = open_group(path);
    require(setting_read(folder, "cpu.stat", text, sizeof text) == 7 && strcmp(text, "usage_u") == 0,
            "as much as there is room for");
    require(setting_read(folder, "none", text, sizeof text) == -1 && !text[0], "nothing of what is not there");
    require(setting_write(folder, "none", "x") == -1, "no file that was not there");
    remove_group(folder, path);
}
