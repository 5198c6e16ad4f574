// usage: window ROUNDS COMMAND… [:: COMMAND…]…
//
// Starts each command as PID 1, ROUNDS times, and prints for each one line: the median time, in nanoseconds, from the call of
// execve until SIGTERM is blocked or handled in it, as /proc shows it. In that time the kernel discards a SIGTERM.

#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 16 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static uint64_t mask(const char *status, const char *name) {
    const char *line = strstr(status, name);
    return line ? strtoull(line + strlen(name), NULL, 16) : 0;
}

// Whether the process has executed its program, and has SIGTERM in hand.
static void look(int status, const char *before, int *executed, int *safe) {
    char text[4096];
    ssize_t size = pread(status, text, sizeof(text) - 1, 0);
    text[size > 0 ? size : 0] = 0;
    *executed = strncmp(text, before, strlen(before)) != 0;
    uint64_t bit = UINT64_C(1) << (SIGTERM - 1);
    *safe = ((mask(text, "SigBlk:") | mask(text, "SigCgt:")) & bit) != 0;
}

static int64_t run(char **command, volatile int64_t *start) {
    *start = 0;
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        // The parent is to be looking by then.
        usleep(1000);
        *start = now();
        execv(command[0], command);
        _exit(127);
    }
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    int status = open(path, O_RDONLY | O_CLOEXEC), executed = 0, safe = 0;
    int64_t end = 0, limit = now() + 1000000000;
    while (end == 0 && now() < limit) {
        look(status, "Name:\twindow\n", &executed, &safe);
        if (executed && safe) end = now();
    }
    close(status);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return end == 0 ? -1 : end - *start;
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    long rounds = atol(argv[1]);
    char **commands[MOST_COMMANDS];
    int count = 0;
    commands[count++] = argv + 2;
    for (int index = 2; index < argc; index++) {
        if (strcmp(argv[index], "::") != 0 || count == MOST_COMMANDS) continue;
        argv[index] = NULL;
        commands[count++] = argv + index + 1;
    }
    int64_t *times = calloc((size_t)(rounds * count), sizeof(int64_t));
    volatile int64_t *start =
        mmap(NULL, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!times || start == MAP_FAILED || rounds < 1) return 2;
    for (long round = 0; round < rounds; round++)
        for (int index = 0; index < count; index++) times[index * rounds + round] = run(commands[index], start);
    for (int index = 0; index < count; index++) {
        qsort(times + index * rounds, (size_t)rounds, sizeof(int64_t), by_size);
        printf("%lld\n", (long long)times[index * rounds + rounds / 2]);
    }
}
