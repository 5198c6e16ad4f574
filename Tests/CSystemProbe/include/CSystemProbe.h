// What the tests need and Swift cannot say: a start with clean descriptors, a kernel that refuses
// calls, descriptors in messages.
#ifndef CSYSTEMPROBE_H
#define CSYSTEMPROBE_H

#include <stddef.h>
#include <stdint.h>

/// From now on the kernel refuses a system call to this process and its children with this errno (seccomp(2)), as older kernels
/// and container profiles do. "clone-pidfd" is clone(2) where CLONE_PIDFD is asked for. 0, or -1 where it cannot.
int probe_refuse(const char *call, int error);

/// Sends bytes over a connected unix socket with `count` copies of one descriptor.
int probe_send_descriptors(int socket, const void *bytes, size_t size, int descriptor, int count);

/// Starts a program with nothing open but the standard descriptors: /dev/null, and twice a pipe that is read from `output`.
/// Its pid, or -1 and errno. Nothing of CFoster is in it.
int probe_spawn(char *const *argv, char *const *envp, int *output);

#endif
