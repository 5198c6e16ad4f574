#define _GNU_SOURCE
#include "CSystemProbe.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#ifndef SYS_chmod  // arm64 has only fchmodat
#define SYS_chmod SYS_fchmodat
#endif

static const struct {
    const char *name;
    long number;
} calls[] = {
    {"chmod", SYS_chmod},
    {"clone-pidfd", SYS_clone},
    {"close_range", SYS_close_range},
    {"epoll_pwait2", SYS_epoll_pwait2},
    {"getdents64", SYS_getdents64},
    {"pidfd_open", SYS_pidfd_open},
    {"pidfd_send_signal", SYS_pidfd_send_signal},
    {"setresgid", SYS_setresgid},
};

static long number_of(const char *name) {
    for (size_t index = 0; index < sizeof(calls) / sizeof(calls[0]); index++)
        if (strcmp(calls[index].name, name) == 0) return calls[index].number;
    return -1;
}

int probe_refuse(const char *call, int error) {
    long number = number_of(call);
    if (number < 0) return -1;
    // Where only a flag is refused, the low word of the first argument must have it.
    int flagged = strcmp(call, "clone-pidfd") == 0;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_PIDFD, 0, flagged ? 1 : 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int probe_send_descriptors(int socket, const void *bytes, size_t size, int descriptor, int count) {
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 253)];
        struct cmsghdr alignment;
    } control;
    struct iovec vector = {(void *)bytes, size};
    struct msghdr message = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count),
    };
    memset(&control, 0, sizeof(control));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    for (int index = 0; index < count; index++)
        memcpy(CMSG_DATA(header) + (size_t)index * sizeof(int), &descriptor, sizeof(int));
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}
