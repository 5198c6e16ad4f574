#define _GNU_SOURCE
#include "CFoster.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int foster_peek_exit(struct foster_exit *exit) {
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    int result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
    exit->pid = info.si_pid;
    exit->code = info.si_code;
    exit->status = info.si_status;
    return result;
}

int foster_reap(int32_t pid) {
    siginfo_t info;
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
}

int foster_stopped_by(int32_t pid) {
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    if (waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG) < 0 || info.si_code != CLD_STOPPED) return 0;
    return info.si_status;
}

int foster_group_has_children(int32_t group) {
    siginfo_t info;
    return waitid(P_PGID, (id_t)group, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

int foster_pidfd_open(int32_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static siginfo_t queued(int signal, int64_t value) {
    siginfo_t info;
    memset(&info, 0, sizeof(info));
    info.si_signo = signal;
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = (void *)(intptr_t)value;
    return info;
}

int foster_pidfd_signal(int pidfd, int signal, int with_value, int64_t value) {
    siginfo_t info = queued(signal, value);
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, with_value ? &info : NULL, 0);
}

int foster_signal(int32_t pid, int signal, int with_value, int64_t value) {
    if (!with_value) return kill(pid, signal);
    siginfo_t info = queued(signal, value);
    return (int)syscall(SYS_rt_sigqueueinfo, pid, signal, &info);
}

int foster_set_signal_mask(uint64_t mask) {
    return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}

int foster_signalfd(uint64_t mask) {
    return (int)syscall(SYS_signalfd4, -1, &mask, sizeof(mask), SFD_CLOEXEC | SFD_NONBLOCK);
}

int foster_take_child_signal(void) {
    struct sigaction old;
    if (sigaction(SIGCHLD, NULL, &old) < 0) return 0;
    if (old.sa_handler != SIG_IGN) return 0;
    signal(SIGCHLD, SIG_DFL);
    return 1;
}

void foster_drop_handlers(void) {
    // Those for which its backtracer has handlers.
    static const int signals[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    for (size_t index = 0; index < sizeof(signals) / sizeof(*signals); index++) {
        struct sigaction old;
        if (sigaction(signals[index], NULL, &old) < 0) continue;
        if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) signal(signals[index], SIG_DFL);
    }
}

void foster_reset_dispositions(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
}

int foster_leave_terminal(void) { return ioctl(0, TIOCNOTTY); }

int foster_next_option(
    int count, const char *const *words, const char *letters, const struct option *names, const char **value, int *next) {
    char *const *argv = (char *const *)words;
    optarg = NULL;
    int letter = names == NULL ? getopt(count, argv, letters) : getopt_long(count, argv, letters, names, NULL);
    *value = optarg;
    *next = optind;
    return letter;
}

int foster_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

uint64_t foster_random(void) {
    uint64_t value = 0;
    (void)!getrandom(&value, sizeof(value), GRND_NONBLOCK);
    return value;
}

int foster_set_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

int foster_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int foster_is_subreaper(void) {
    int flag = 0;
    return prctl(PR_GET_CHILD_SUBREAPER, &flag, 0, 0, 0) < 0 ? 0 : flag != 0;
}

void foster_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

char **foster_environment(void) { return environ; }

const char *foster_errno_name(int number) { return strerrorname_np(number); }

int foster_epoll_wait(int epoll, struct epoll_event *events, int capacity, int64_t timeout_ns) {
    static int missing;  // set once, by whichever thread learns it first
    if (timeout_ns > 0 && !__atomic_load_n(&missing, __ATOMIC_RELAXED)) {
        struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
        int count = epoll_pwait2(epoll, events, capacity, &timeout, NULL);
        // EPERM is how seccomp profiles older than the call refuse it.
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
        __atomic_store_n(&missing, 1, __ATOMIC_RELAXED);
    }
    int64_t milliseconds = timeout_ns <= 0 ? timeout_ns : (timeout_ns + 999999) / 1000000;
    return epoll_wait(epoll, events, capacity, milliseconds > 1 << 30 ? 1 << 30 : (int)milliseconds);
}

int foster_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int foster_peer_credentials(int socket, struct foster_credentials *credentials) {
    struct ucred peer;
    socklen_t size = sizeof(peer);
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return -1;
    *credentials = (struct foster_credentials){peer.pid, peer.uid, peer.gid};
    return 0;
}

ssize_t foster_receive_datagram(
    int socket, void *buffer, size_t capacity, struct foster_credentials *sender, int *truncated) {
    union {
        char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int) * 253)];
        struct cmsghdr alignment;
    } control;
    struct iovec vector = {buffer, capacity};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
    ssize_t size = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size < 0) return size;
    *sender = (struct foster_credentials){0, UINT32_MAX, UINT32_MAX};
    *truncated = (message.msg_flags & MSG_TRUNC) != 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET) continue;
        if (header->cmsg_type == SCM_CREDENTIALS) {
            struct ucred peer;
            memcpy(&peer, CMSG_DATA(header), sizeof(peer));
            *sender = (struct foster_credentials){peer.pid, peer.uid, peer.gid};
        } else if (header->cmsg_type == SCM_RIGHTS) {
            size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (size_t index = 0; index < count; index++) {
                int descriptor;
                memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof(int));
                close(descriptor);
            }
        }
    }
    return size;
}
