// The code between clone and exec.
//
// The child may share foster's memory and its locks may be held by threads that it does not have: here it calls nothing
// but raw system calls. glibc's setuid would signal threads that do not exist, its sigaction would hide signals 32 and 33.

#define _GNU_SOURCE
#include "CFoster.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

// The kernel's own layout, which glibc does not export.
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

struct child {
    const struct foster_spawn *request;
    int report;
    int32_t parent;
};

// What getdents64(2) writes.
struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t size;
    uint8_t type;
    char name[];
};

static _Noreturn void fail(const struct child *child, int stage) {
    struct foster_spawn_report report = {stage, errno};
    syscall(SYS_write, child->report, &report, sizeof(report));
    for (;;) syscall(SYS_exit_group, 125);
}

static int enter_session(const struct foster_spawn *request) {
    if (request->flags & FOSTER_SPAWN_NEW_SESSION) {
        if (syscall(SYS_setsid) < 0) return -1;
        // Without a terminal, or where it is another session's, it fails, which is no error.
        if (request->flags & FOSTER_SPAWN_TAKE_TERMINAL) syscall(SYS_ioctl, 0, TIOCSCTTY, 0);
        return 0;
    }
    if ((request->flags & FOSTER_SPAWN_NEW_GROUP) == 0) return 0;
    if (syscall(SYS_setpgid, 0, 0) < 0) return -1;
    if (request->flags & FOSTER_SPAWN_FOREGROUND) {
        // SIGTTOU is blocked, so this cannot stop us. Without a terminal it fails, which is no error.
        int32_t group = (int32_t)syscall(SYS_getpid);
        syscall(SYS_ioctl, request->terminal, TIOCSPGRP, &group);
    }
    return 0;
}

static void close_at_exec(int descriptor) { syscall(SYS_fcntl, descriptor, F_SETFD, FD_CLOEXEC); }

static int close_listed_at_exec(void) {
    _Alignas(8) char buffer[1024];
    int directory = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return -1;
    long size;
    while ((size = syscall(SYS_getdents64, directory, buffer, sizeof(buffer))) > 0) {
        for (long at = 0; at < size; at += ((struct directory_entry *)(buffer + at))->size) {
            int descriptor = 0;
            for (const char *digit = ((struct directory_entry *)(buffer + at))->name; *digit >= '0'; digit++)
                descriptor = descriptor * 10 + (*digit - '0');
            if (descriptor > 2) close_at_exec(descriptor);
        }
    }
    syscall(SYS_close, directory);
    return size < 0 ? -1 : 0;
}

// The flag is younger (Linux 5.11) than the call, and old seccomp profiles refuse the call with EPERM. Without /proc too
// what remains is trying, up to a number that can be tried in a moment: limits of 2^30 are common.
static int close_others_at_exec(void) {
    if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return 0;
    if (close_listed_at_exec() == 0) return 0;
    struct rlimit limit;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) < 0) return -1;
    for (rlim_t fd = 3; fd < limit.rlim_cur && fd < 1 << 20; fd++) close_at_exec((int)fd);
    return 0;
}

static int arrange_descriptors(const struct foster_spawn *request) {
    int sources[3] = {request->input, request->output, request->error};
    // Those numbered 0 to 2 move out of the way first: each could be another's place, and dup3 refuses to copy a number
    // onto itself.
    for (int place = 0; place < 3; place++) {
        if (sources[place] < 0 || sources[place] > 2) continue;
        sources[place] = (int)syscall(SYS_fcntl, sources[place], F_DUPFD_CLOEXEC, 3);
        if (sources[place] < 0) return -1;
    }
    for (int place = 0; place < 3; place++)
        if (sources[place] >= 0 && syscall(SYS_dup3, sources[place], place, 0) < 0) return -1;
    return request->flags & FOSTER_SPAWN_CLOSE_OTHERS ? close_others_at_exec() : 0;
}

static int set_limits(const struct foster_spawn *request) {
    if ((request->flags & FOSTER_SPAWN_OPEN_FILES) == 0) return 0;
    struct rlimit limit = {request->open_files_soft, request->open_files_hard};
    return (int)syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL);
}

static int arm_death_signal(const struct child *child) {
    if (child->request->death_signal == 0) return 0;
    if (syscall(SYS_prctl, PR_SET_PDEATHSIG, child->request->death_signal, 0, 0, 0) < 0) return -1;
    // If foster died before this call, nobody will send the signal.
    if (syscall(SYS_getppid) == child->parent) return 0;
    errno = ESRCH;
    return -1;
}

static int set_dispositions(const struct foster_spawn *request) {
    if (request->flags & FOSTER_SPAWN_IGNORE_CHILD) {
        struct kernel_sigaction ignore = {SIG_IGN, 0, NULL, 0};
        if (syscall(SYS_rt_sigaction, SIGCHLD, &ignore, NULL, sizeof(uint64_t)) < 0) return -1;
    }
    return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &request->signal_mask, NULL, sizeof(uint64_t));
}

// As execvp(3): go on where a candidate is missing or forbidden, remember that one was forbidden, and give a file
// without a known format to the shell.
static void execute(const struct foster_spawn *request) {
    int forbidden = 0;
    errno = ENOENT;
    for (const char *const *path = request->paths; *path != NULL; path++) {
        syscall(SYS_execve, *path, request->argv, request->envp);
        if (errno == ENOEXEC) {
            request->script_argv[1] = *path;
            syscall(SYS_execve, request->script_argv[0], request->script_argv, request->envp);
            errno = ENOEXEC;  // without a shell it is still this file that cannot be executed
            return;
        }
        if (errno == EACCES) forbidden = 1;
        else if (errno != ENOENT && errno != ENOTDIR && errno != ENODEV && errno != ESTALE && errno != ETIMEDOUT) return;
    }
    if (forbidden) errno = EACCES;
}

// What says whom inherited sockets or a watchdog are for names foster's pid; here it gets the program's.
static void write_own_pid(char *const *places) {
    if (places == NULL) return;
    char digits[FOSTER_PID_ROOM];
    int first = sizeof(digits) - 1;
    digits[first] = 0;
    long pid = syscall(SYS_getpid);
    do {
        digits[--first] = (char)('0' + pid % 10);
        pid /= 10;
    } while (pid > 0 && first > 0);
    for (; *places != NULL; places++)
        for (int at = first; at < (int)sizeof(digits); at++) (*places)[at - first] = digits[at];
}

static int run_child(void *argument) {
    const struct child *child = argument;
    const struct foster_spawn *request = child->request;

    if (enter_session(request) < 0) fail(child, FOSTER_STAGE_SESSION);
    if (arrange_descriptors(request) < 0) fail(child, FOSTER_STAGE_DESCRIPTORS);
    if (set_limits(request) < 0) fail(child, FOSTER_STAGE_LIMITS);
    if (request->directory && syscall(SYS_chdir, request->directory) < 0) fail(child, FOSTER_STAGE_DIRECTORY);
    if (request->flags & FOSTER_SPAWN_IDENTITY) {
        if (syscall(SYS_setgroups, request->group_count, request->groups) < 0) fail(child, FOSTER_STAGE_GROUPS);
        if (syscall(SYS_setresgid, request->gid, request->gid, request->gid) < 0) fail(child, FOSTER_STAGE_GID);
        if (syscall(SYS_setresuid, request->uid, request->uid, request->uid) < 0) fail(child, FOSTER_STAGE_UID);
    }
    // After the change of identity, which clears it (prctl(2)).
    if (arm_death_signal(child) < 0) fail(child, FOSTER_STAGE_DEATH_SIGNAL);
    if (set_dispositions(request) < 0) fail(child, FOSTER_STAGE_SIGNALS);
    write_own_pid(request->pid_places);
    execute(request);
    fail(child, FOSTER_STAGE_EXEC);
}

static int32_t start(struct child *child, enum foster_spawn_method method, int *pidfd) {
    // The child's first stack. It lies in ours, which the child has a copy of, or which stands still until exec; so launches
    // on several threads do not disturb each other. The child's calls are shallow.
    _Alignas(16) char stack[32 * 1024];
    *pidfd = -1;
    if (method != FOSTER_SPAWN_FORK) {
        int flags = CLONE_PIDFD | SIGCHLD | (method == FOSTER_SPAWN_SHARE ? CLONE_VM | CLONE_VFORK : 0);
        int32_t pid = clone(run_child, stack + sizeof(stack), flags, child, pidfd, NULL, NULL);
        if (pid > 0 || (errno != EINVAL && errno != ENOSYS && errno != EPERM)) return pid;
        *pidfd = -1;
    }
    int32_t pid = fork();
    if (pid == 0) run_child(child);
    if (pid > 0) *pidfd = foster_pidfd_open(pid);
    return pid;
}

static int open_report(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -1;
    if (ends[1] > 2) return 0;
    // The numbers 0 to 2 are the program's: the report would be lost when they are put in place.
    int moved = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    int error = errno;
    close(ends[1]);
    ends[1] = moved;
    if (moved >= 0) return 0;
    close(ends[0]);
    errno = error;
    return -1;
}

int foster_spawn(const struct foster_spawn *request, enum foster_spawn_method method, struct foster_spawned *spawned) {
    int report[2];
    if (open_report(report) < 0) return -1;
    struct child child = {request, report[1], getpid()};
    int32_t pid = start(&child, method, &spawned->pidfd);
    int error = errno;
    close(report[1]);
    if (pid < 0) {
        close(report[0]);
        errno = error;
        return -1;
    }
    // From both sides, so that the group exists whoever comes first. It fails after exec, where the child has done it.
    if ((request->flags & (FOSTER_SPAWN_NEW_GROUP | FOSTER_SPAWN_NEW_SESSION)) == FOSTER_SPAWN_NEW_GROUP)
        setpgid(pid, pid);
    spawned->pid = pid;
    spawned->report = report[0];
    return 0;
}
