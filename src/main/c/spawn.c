#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"
#include "confine.h"
#include "identity.h"
#include "joining.h"
#include "kernel.h"
#include "oom.h"
#include "sealed.h"
#include "shell.h"
#include "tree.h"
#include "warden.h"

/* As env(1) says it; the command itself has not run. */
#define CANNOT_ENTER 125
#define REPORT_FD 3
/* As a terminal has it: who has become somebody else in the sandbox opens /dev/stdout all the same. */
#define OUTPUT_MODE 0622
#define COMMAND_USUAL (1024u * 1024 - 4096)
#define STACK_FOR_LONG (24u * 1024 * 1024)

static bool has_variable(const struct exec_spec *spec, const char *assignment)
{
    size_t length = (size_t)(strchr(assignment, '=') - assignment) + 1;
    for (unsigned i = 0; i < spec->env_count; i++)
        if (strncmp(spec->env[i], assignment, length) == 0)
            return true;
    return false;
}

static char **environment(const struct exec_spec *spec, const struct identity *identity)
{
    static char home[300];
    static const char *variables[ENV_MAX + 4];
    snprintf(home, sizeof home, "HOME=%s", identity->home);
    const char *defaults[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
                              home};
    unsigned count = 0;
    for (unsigned i = 0; i < 3; i++)
        if (!has_variable(spec, defaults[i]))
            variables[count++] = defaults[i];
    for (unsigned i = 0; i < spec->env_count; i++)
        variables[count++] = spec->env[i];
    variables[count] = NULL;
    return (char **)(uintptr_t)variables;
}

static void default_signals(void)
{
    for (int signal = 1; signal < NSIG; signal++)
        sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    child_free_signals();
}

static _Noreturn void report(int fd, const struct failure *failure)
{
    write_all(fd, failure, sizeof *failure);
    _exit(127);
}

struct child {
    const struct sandbox *sandbox;
    struct exec_spec *spec;
    int input; /* -1: there is no more than the frame has */
    int output, errors, report;
    int told; /* -1: nobody is between the keeper and the command */
};

/*
 * The pipes' ends move to where the command expects them, clear of each other. All else is closed now and not at the
 * execve: until then /proc/self/fd would lead whoever names it, as a folder to begin in or by a link in place of a file
 * that is read here, to folders of the host.
 */
static void place_descriptors(const struct child *child)
{
    if (dup2(child->input < 0 ? child->sandbox->null : child->input, 0) < 0 || dup2(child->output, 1) < 0 ||
        dup2(child->errors, 2) < 0)
        _exit(127);
    int report = fcntl(child->report, F_DUPFD_CLOEXEC, REPORT_FD + 1);
    if (report < 0 || dup3(report, REPORT_FD, O_CLOEXEC) < 0)
        _exit(127);
    kernel_close_from(REPORT_FD + 1);
}

/* The command is to have it. */
static int move(int from, int to)
{
    if (from < 0)
        return -1;
    if (from == to)
        return fcntl(to, F_SETFD, 0);
    int result = dup2(from, to);
    close(from);
    return result < 0 ? -1 : 0;
}

/*
 * What the command reads. It is made here and not in the keeper, so that its memory is the sandbox's (memory of a file
 * is charged to the group of who writes it); and where it reads nothing, /dev/null is the sandbox's own, which takes no
 * new mode or owner through a descriptor either.
 */
static int place_inputs(const struct child *child, struct failure *failure)
{
    const struct exec_spec *spec = child->spec;
    if (child->input >= 0)
        return 0;
    if (spec->standard_input_length > 0) {
        if (move(sealed_file("stdin", spec->standard_input, spec->standard_input_length), 0) < 0)
            return failed(failure, "hold", "the standard input");
    } else if (!child->sandbox->inside && move(open("/dev/null", O_RDWR), 0) < 0) {
        return failed(failure, "open", "/dev/null");
    }
    return 0;
}

/* A folder of the host, however one got there, has no name in the sandbox: then getcwd(2) says "(unreachable)/…". */
static bool is_inside(void)
{
    char name[PATH_MAX];
    return syscall(SYS_getcwd, name, sizeof name) > 0 && name[0] == '/';
}

/* Not somewhere else than asked for: who relies on the folder is told as env(1) tells it. */
static void enter_folder(const struct child *child)
{
    const char *cwd = child->spec->cwd;
    bool below = cwd && cwd[0] != '/';
    if ((below && chdir(child->sandbox->spec->workdir) < 0) || (cwd && chdir(cwd) < 0)) {
        dprintf(2, "sandlot: cannot enter %s: %s\n", cwd, strerror(errno));
        _exit(CANNOT_ENTER);
    }
    /* A command may have removed the sandbox's own folder; the next one must be able to put it back. */
    if (!cwd && chdir(child->sandbox->spec->workdir) < 0 && chdir("/") < 0)
        _exit(127);
    if (!is_inside())
        _exit(CANNOT_ENTER);
}

/*
 * A pipe belongs to who made it, and whoever else it was handed to can't open it by its name (/dev/stdout,
 * proc_pid_fd(5)). Where the kernel gives none away (gVisor's) it is of use all the same.
 */
static void give_outputs(const struct child *child, const struct identity *identity)
{
    int last = child->output == child->errors ? STDOUT_FILENO : STDERR_FILENO;
    for (int fd = child->input < 0 ? STDOUT_FILENO : STDIN_FILENO; fd <= last; fd++) {
        int ignored = fchown(fd, identity->uid, identity->gid) + fchmod(fd, OUTPUT_MODE);
        (void)ignored;
    }
}

/* Of the sandbox nothing is read before its root is all that this process is, within the bounds of a command. */
static int become_user(const struct child *child, struct identity *identity, struct failure *failure)
{
    const struct sandbox *sandbox = child->sandbox;
    /* A plain user's sandbox has given up setgroups(2) for its id map, unless he was granted more ids. */
    bool groups = !sandbox->in_user_namespace || sandbox->spec->granted.uid_tool[0];
    if (identity_become_root(groups, failure) < 0 || confine_bounds(sandbox->spec, failure) < 0)
        return -1;
    if (identity_find(child->spec->user, sandbox_spec_ids(sandbox->spec), identity, failure) < 0)
        return -1;
    give_outputs(child, identity);
    return identity_take(identity, failure);
}

/*
 * A quarter of the stack is the most that arguments and variables take (execve(2)). Only for a command that is longer
 * than most stacks allow: its threads have larger stacks, too.
 */
static void make_room(const struct exec_spec *spec)
{
    struct rlimit stack;
    if (spec->command_length <= COMMAND_USUAL || getrlimit(RLIMIT_STACK, &stack) < 0 ||
        stack.rlim_cur >= STACK_FOR_LONG)
        return;
    stack.rlim_cur = stack.rlim_max < STACK_FOR_LONG ? stack.rlim_max : STACK_FOR_LONG;
    setrlimit(RLIMIT_STACK, &stack);
}

static _Noreturn void run(struct child child)
{
    struct failure failure;
    struct identity identity;
    char **arguments;
    setsid();
    oom_offer();
    if (child.told >= 0)
        joining_by_parent(child.spec);
    else if (!child.sandbox->inside)
        joining_by_other(child.spec);
    if ((child.told < 0 ? sandbox_join(child.sandbox, &failure) : sandbox_join_users(child.sandbox, &failure)) < 0)
        report(child.report, &failure);
    place_descriptors(&child);
    if (become_user(&child, &identity, &failure) < 0 || place_inputs(&child, &failure) < 0 ||
        !(arguments = shell_arguments(child.spec, &failure)))
        report(REPORT_FD, &failure);
    enter_folder(&child);
    default_signals();
    umask(022);
    if (confine_command(child.sandbox->spec, child.spec->others, &failure) < 0)
        report(REPORT_FD, &failure);
    make_room(child.spec);
    const char *shell = child.spec->shell ? child.spec->shell : SHELL;
    execve(shell, arguments, environment(child.spec, &identity));
    failed(&failure, child.spec->shell ? "find the shell" : "execute", shell);
    report(REPORT_FD, &failure);
}

static _Noreturn void run_with_warden(struct child child)
{
    struct failure failure;
    pid_t command = -1;
    warden_begin();
    if (sandbox_join_places(child.sandbox, &failure) < 0)
        write_all(child.report, &failure, sizeof failure);
    else if ((command = fork()) < 0) {
        failed(&failure, "fork", "the command");
        write_all(child.report, &failure, sizeof failure);
    }
    if (command == 0)
        run(child);
    warden_run(command, child.told, child.spec);
}

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Pipes of one command: reading end, then writing end. -1: not there. */
struct pipes {
    int output[2], errors[2], report[2], told[2], input[2];
};

static void close_pipes(const struct pipes *pipes, unsigned end)
{
    close_if(pipes->output[end]);
    close_if(pipes->errors[end]);
    close_if(pipes->report[end]);
    close_if(pipes->told[end]);
    /* Here the child has the other end. */
    close_if(pipes->input[1 - end]);
}

static int open_pipes(const struct exec_spec *spec, bool warded, struct pipes *pipes, struct failure *failure)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(pipes->output, O_CLOEXEC) == 0 && (!spec->split || pipe2(pipes->errors, O_CLOEXEC) == 0) &&
        (!spec->standard_input_open || pipe2(pipes->input, O_CLOEXEC) == 0) &&
        pipe2(pipes->report, O_CLOEXEC | O_NONBLOCK) == 0 &&
        (!warded || pipe2(pipes->told, O_CLOEXEC | O_NONBLOCK) == 0))
        return 0;
    failed(failure, "make", "a pipe");
    close_pipes(pipes, 0);
    close_pipes(pipes, 1);
    return -1;
}

/* Only the host's root can give what is his to the sandbox's, and only that one knows the command's user. */
static void give_to_sandbox(const struct sandbox *sandbox, int pipe)
{
    if (pipe < 0 || sandbox->inside || sandbox->spec->uid_count == 0)
        return;
    int ignored = fchown(pipe, sandbox->spec->uid_base, sandbox->spec->uid_base);
    (void)ignored;
}

static pid_t fork_child(const struct child *child, int cgroup, int *pidfd)
{
    *pidfd = -1;
    pid_t pid = child->sandbox->inside ? fork() : kernel_clone(0, cgroup, pidfd);
    if (pid != 0)
        return pid;
    if (child->told < 0)
        run(*child);
    run_with_warden(*child);
}

int spawn_command(const struct sandbox *sandbox, struct exec_spec *spec, int cgroup, struct spawned *spawned,
                  struct failure *failure)
{
    struct pipes pipes;
    if (open_pipes(spec, cgroup < 0 && tree_has_subreapers(), &pipes, failure) < 0)
        return -1;
    give_to_sandbox(sandbox, pipes.output[1]);
    give_to_sandbox(sandbox, pipes.errors[1]);
    give_to_sandbox(sandbox, pipes.input[0]);
    struct child child = {.sandbox = sandbox,
                          .spec = spec,
                          .input = pipes.input[0],
                          .output = pipes.output[1],
                          .errors = spec->split ? pipes.errors[1] : pipes.output[1],
                          .report = pipes.report[1],
                          .told = pipes.told[1]};
    spawned->pid = fork_child(&child, cgroup, &spawned->pidfd);
    close_pipes(&pipes, 1);
    if (spawned->pid < 0) {
        failed(failure, "fork", "the command");
        close_pipes(&pipes, 0);
        return -1;
    }
    fcntl(pipes.output[0], F_SETFL, O_NONBLOCK);
    if (spec->split)
        fcntl(pipes.errors[0], F_SETFL, O_NONBLOCK);
    if (spec->standard_input_open)
        fcntl(pipes.input[1], F_SETFL, O_NONBLOCK);
    spawned->input = pipes.input[1];
    spawned->outputs[0] = pipes.output[0];
    spawned->outputs[1] = pipes.errors[0];
    spawned->report = pipes.report[0];
    spawned->told = pipes.told[0];
    return 0;
}
