// What Swift cannot see or must not run itself: headers that SwiftGlibc leaves out, calls that need _GNU_SOURCE or a
// union, and the code between clone and exec.
#ifndef CFOSTER_H
#define CFOSTER_H

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <time.h>

// MARK: - Signals and processes

/// A dead child as waitid(2) shows it; `pid` is 0 where there is none.
struct foster_exit {
    int32_t pid;
    int32_t code;    // CLD_EXITED, CLD_KILLED or CLD_DUMPED
    int32_t status;  // exit code or signal
};

/// Looks at one dead child and leaves it a zombie, so that its pid stays reserved. -1 and errno on failure.
int foster_peek_exit(struct foster_exit *exit);
/// Reaps exactly this dead child. 0, or -1 and errno.
int foster_reap(int32_t pid);
/// The signal that has stopped this child since last asked, else 0.
int foster_stopped_by(int32_t pid);
/// Whether a child of this process, dead ones included, is a member of the process group.
int foster_group_has_children(int32_t group);

int foster_pidfd_open(int32_t pid);
/// Sends a signal, with sigqueue(3)'s value where `with_value` is not 0.
int foster_pidfd_signal(int pidfd, int signal, int with_value, int64_t value);
/// As above by pid, for kernels without pidfds.
int foster_signal(int32_t pid, int signal, int with_value, int64_t value);
/// Blocks exactly these signals in the calling thread, 32 and 33 included.
int foster_set_signal_mask(uint64_t mask);
/// A non-blocking, close-on-exec signalfd for these signals.
int foster_signalfd(uint64_t mask);
/// Whether the disposition of SIGCHLD is "ignore"; makes it the default, without which no child could be waited for.
int foster_take_child_signal(void);
/// Takes back every handler that the Swift runtime has installed; what is ignored stays so.
void foster_drop_handlers(void);

/// Makes every disposition the default, also of signals that are ignored.
void foster_reset_dispositions(void);

/// `ENOENT`, or NULL for a number without a name.
const char *foster_errno_name(int number);

/// A close-on-exec pipe, both ends blocking.
int foster_pipe(int ends[2]);
/// Random bytes of the kernel's; does not wait for its pool to fill.
uint64_t foster_random(void);
int foster_become_subreaper(void);
/// Whether the calling process is a child subreaper.
int foster_is_subreaper(void);
int foster_set_death_signal(int signal);
/// Names the calling thread; what is over 15 bytes is cut off.
void foster_name_thread(const char *name);
/// `environ`, which as a global is not for Swift.
char **foster_environment(void);
/// Lets go of the controlling terminal, which must be stdin (ioctl_tty(2), TIOCNOTTY).
int foster_leave_terminal(void);
/// getopt(3), or getopt_long(3) where there are `names`, whose variables are not for Swift either. It orders `words` anew, and
/// says on stderr what is wrong. `value` is the option's, or NULL; `next` is where the rest begins once the answer is -1.
int foster_next_option(
    int count, const char *const *words, const char *letters, const struct option *names, const char **value, int *next);

// MARK: - Waiting

/// epoll_wait with a timeout in nanoseconds (-1: none), rounded up to milliseconds where the kernel has no epoll_pwait2.
int foster_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_ns);

// MARK: - Sockets

int foster_accept(int listener);

struct foster_credentials {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

int foster_peer_credentials(int socket, struct foster_credentials *credentials);
/// Receives one datagram and its sender (SCM_CREDENTIALS); every descriptor that came along is closed.
/// `truncated` is set where the datagram was larger than `capacity`.
ssize_t foster_receive_datagram(
    int socket, void *buffer, size_t capacity, struct foster_credentials *sender, int *truncated);

// MARK: - Spawning

enum foster_spawn_flag {
    FOSTER_SPAWN_NEW_SESSION = 1 << 0,
    FOSTER_SPAWN_NEW_GROUP = 1 << 1,
    FOSTER_SPAWN_FOREGROUND = 1 << 2,     // the new group becomes the foreground group of `terminal`, where it is one
    FOSTER_SPAWN_CLOSE_OTHERS = 1 << 3,   // nothing above stderr reaches the program
    FOSTER_SPAWN_IDENTITY = 1 << 4,       // groups, gid and uid are set
    FOSTER_SPAWN_OPEN_FILES = 1 << 5,     // the nofile limits are set
    FOSTER_SPAWN_IGNORE_CHILD = 1 << 6,   // SIGCHLD is ignored, as foster was given it
    FOSTER_SPAWN_TAKE_TERMINAL = 1 << 7,  // stdin becomes the new session's controlling terminal, where it can
};

/// The step that failed, in the order in which they are taken.
enum foster_spawn_stage {
    FOSTER_STAGE_SESSION = 1,
    FOSTER_STAGE_DESCRIPTORS,
    FOSTER_STAGE_LIMITS,
    FOSTER_STAGE_DIRECTORY,
    FOSTER_STAGE_GROUPS,
    FOSTER_STAGE_GID,
    FOSTER_STAGE_UID,
    FOSTER_STAGE_DEATH_SIGNAL,
    FOSTER_STAGE_SIGNALS,
    FOSTER_STAGE_EXEC,
};

enum foster_spawn_method {
    FOSTER_SPAWN_COPY = 0,   // clone without shared memory: foster never waits for the child
    FOSTER_SPAWN_SHARE = 1,  // as vfork: faster, and foster waits until exec
    FOSTER_SPAWN_FORK = 2,   // what a kernel that refuses the flags of the others still does
};

enum { FOSTER_PID_ROOM = 12 };  // of a pid in decimal digits, NUL included

/// Everything that the child needs, prepared before: it only makes raw system calls.
struct foster_spawn {
    const char *const *paths;  // tried in this order, as execvp does; NULL ends them
    const char *const *argv;
    const char **script_argv;  // "/bin/sh", a free place, argv[1]…: for a file without a known format
    const char *const *envp;
    const char *directory;  // NULL: stay
    int input, output, error;  // -1: keep
    uint32_t flags;
    uint32_t uid, gid;
    const uint32_t *groups;
    size_t group_count;
    int terminal;  // of FOSTER_SPAWN_FOREGROUND
    uint64_t open_files_soft, open_files_hard;
    int death_signal;  // 0: none
    uint64_t signal_mask;
    char *const *pid_places;  // where the child writes its pid, FOSTER_PID_ROOM bytes each; NULL ends them, or stands for none
};

struct foster_spawned {
    int32_t pid;
    int pidfd;   // -1 where the kernel has none
    int report;  // read end: empty at exec's success, else one struct foster_spawn_report
};

struct foster_spawn_report {
    int32_t stage;
    int32_t error;
};

/// Starts a process; 0, or -1 and errno.
int foster_spawn(const struct foster_spawn *request, enum foster_spawn_method method, struct foster_spawned *spawned);

#endif
