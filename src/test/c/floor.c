/*
 * floor THREADS MILLISECONDS: what a command costs at the least. Each thread starts "sh -c true" and waits for it, over
 * and over. Prints the processors' time that all of it took, in nanoseconds, and then for each command how long it
 * took.
 */
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define THREADS_MAX 1024
#define COMMANDS_MAX 100000

struct worker {
    pthread_t thread;
    uint64_t end;
    size_t count;
    uint64_t *times;
};

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void run_one(void)
{
    char *const arguments[] = {(char[]){"sh"}, (char[]){"-c"}, (char[]){"true"}, NULL};
    char *const environment[] = {NULL};
    pid_t pid;
    int status;
    if (posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environment) != 0 || waitpid(pid, &status, 0) != pid ||
        status != 0)
        abort();
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    uint64_t before = now();
    while (before < worker->end && worker->count < COMMANDS_MAX) {
        run_one();
        uint64_t after = now();
        worker->times[worker->count++] = after - before;
        before = after;
    }
    return NULL;
}

static uint64_t used(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return ((uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
            (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)) *
           1000u;
}

int main(int count, char **arguments)
{
    static struct worker workers[THREADS_MAX];
    int threads = count == 3 ? atoi(arguments[1]) : 0;
    if (threads < 1 || threads > THREADS_MAX)
        return 2;
    uint64_t end = now() + (uint64_t)atoi(arguments[2]) * 1000000u;
    for (int i = 0; i < threads; i++) {
        workers[i] = (struct worker){.end = end, .times = calloc(COMMANDS_MAX, sizeof(uint64_t))};
        if (!workers[i].times || pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    }
    for (int i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    printf("%llu\n", (unsigned long long)(used(RUSAGE_SELF) + used(RUSAGE_CHILDREN)));
    for (int i = 0; i < threads; i++)
        for (size_t at = 0; at < workers[i].count; at++)
            printf("%llu\n", (unsigned long long)workers[i].times[at]);
    return 0;
}
