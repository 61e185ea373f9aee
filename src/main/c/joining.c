#include "joining.h"

#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "shell.h"

#define EXECUTED(status) ((status) >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8)))
#define STOPPED(status) ((status) >> 16 == PTRACE_EVENT_STOP)

/* Where argc and behind it the addresses of the arguments are; 0: it is no program of this machine's own kind. */
static uintptr_t stack_of(pid_t shell)
{
    struct user_regs_struct registers;
    struct iovec room = {.iov_base = &registers, .iov_len = sizeof registers};
    if (ptrace(PTRACE_GETREGSET, shell, NT_PRSTATUS, &room) < 0 || room.iov_len != sizeof registers)
        return 0;
#if defined(__x86_64__)
    return (uintptr_t)registers.rsp;
#else
    return (uintptr_t)registers.sp;
#endif
}

/*
 * As shell_arguments has given them, and nobody has put others between (an interpreter's, where the shell is a script).
 */
static bool are_ours(const uintptr_t *words, const struct pieces *pieces)
{
    const uintptr_t *addresses = words + 1 + SHELL_FIRST_PIECE;
    if (words[0] != SHELL_FIRST_PIECE + pieces->count)
        return false;
    for (unsigned i = 0; i + 1 < pieces->count; i++)
        if (addresses[i + 1] != addresses[i] + pieces->lengths[i] + 1)
            return false;
    return true;
}

/* sh -c -- SCRIPT sh PIECE… becomes sh -c … -c -- TEXT, of as many words. */
static void put_together(uintptr_t *words, unsigned count)
{
    uintptr_t *arguments = words + 1;
    uintptr_t no_more_options = arguments[2], text = arguments[SHELL_FIRST_PIECE];
    for (unsigned i = 2; i < SHELL_FIRST_PIECE + count - 2; i++)
        arguments[i] = arguments[1];
    arguments[SHELL_FIRST_PIECE + count - 2] = no_more_options;
    arguments[SHELL_FIRST_PIECE + count - 1] = text;
}

/* All at once or nothing. */
static void join(pid_t shell, const struct exec_spec *spec)
{
    static const char ends[SHELL_PIECES_MAX];
    uintptr_t words[1 + SHELL_FIRST_PIECE + SHELL_PIECES_MAX], stack = stack_of(shell);
    struct pieces pieces;
    shell_pieces(spec, &pieces);
    size_t size = sizeof *words * (1 + SHELL_FIRST_PIECE + pieces.count);
    struct iovec ours = {.iov_base = words, .iov_len = size}, theirs = {.iov_base = (void *)stack, .iov_len = size};
    if (stack == 0 || process_vm_readv(shell, &ours, 1, &theirs, 1, 0) != (ssize_t)size || !are_ours(words, &pieces))
        return;
    uintptr_t text = words[1 + SHELL_FIRST_PIECE];
    put_together(words, pieces.count);
    struct iovec from[] = {{.iov_base = spec->command, .iov_len = spec->command_length},
                           {.iov_base = (void *)(uintptr_t)ends, .iov_len = pieces.count},
                           ours};
    struct iovec to[] = {{.iov_base = (void *)text, .iov_len = spec->command_length + pieces.count}, theirs};
    ssize_t written = process_vm_writev(shell, from, 3, to, 2, 0);
    if (written > 0 && (size_t)written != spec->command_length + pieces.count + size)
        kill(shell, SIGKILL);
}

void joining_attend(pid_t shell, int status, const struct exec_spec *spec)
{
    if (EXECUTED(status)) {
        join(shell, spec);
        ptrace(PTRACE_DETACH, shell, 0, 0);
        return;
    }
    /*
     * Its first stop is its own (joining_by_parent). What others send in these moments reaches it, but to be stopped.
     */
    bool begun = ptrace(PTRACE_SETOPTIONS, shell, 0, PTRACE_O_TRACEEXEC) == 0 && WSTOPSIG(status) == SIGSTOP;
    ptrace(PTRACE_CONT, shell, 0, begun || STOPPED(status) ? 0 : WSTOPSIG(status));
}

void joining_by_parent(const struct exec_spec *spec)
{
    if (shell_takes_pieces(spec) && ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
        raise(SIGSTOP);
}

static _Noreturn void attend(pid_t shell, int ready, const struct exec_spec *spec)
{
    int status;
    bool seized = ptrace(PTRACE_SEIZE, shell, 0, PTRACE_O_TRACEEXEC) == 0;
    /* What is open here is the command's to close: nobody is to wait for this process. */
    dup2(ready, 0);
    kernel_close_from(1);
    ssize_t ignored = write(0, "", seized);
    (void)ignored;
    close(0);
    while (seized && waitpid(shell, &status, __WALL) == shell && WIFSTOPPED(status)) {
        joining_attend(shell, status, spec);
        seized = !EXECUTED(status);
    }
    _exit(0);
}

void joining_by_other(const struct exec_spec *spec)
{
    int ready[2], status;
    char byte;
    pid_t shell = getpid();
    if (!shell_takes_pieces(spec) || pipe2(ready, O_CLOEXEC) < 0)
        return;
    /* By way of a child that ends, so that it is no child of the command's, but of the sandbox's PID 1. */
    pid_t between = fork();
    if (between == 0) {
        if (fork() == 0)
            attend(shell, ready[1], spec);
        _exit(0);
    }
    close(ready[1]);
    if (between > 0)
        waitpid(between, &status, 0);
    ssize_t ignored = read(ready[0], &byte, 1);
    (void)ignored;
    close(ready[0]);
}
