// usage: start ROUNDS COMMAND… [:: COMMAND…]…
//
// Runs the commands in turn, ROUNDS times each, and prints for each one line: median and 90th percentile of the time from
// before its start until it has been reaped, in nanoseconds. In turn, so that what else the machine does hits all alike.
// With START_PID1 in the environment each command is PID 1 of a pid namespace of its own.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int64_t run(char **command, int is_pid1) {
    int64_t start = now();
    pid_t pid = is_pid1 ? (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0) : vfork();
    if (pid == 0) {
        execv(command[0], command);
        _exit(127);
    }
    int status = -1;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "%s: wait status %d, %s\n", command[0], status, strerror(errno));
        exit(1);
    }
    return now() - start;
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    long rounds = atol(argv[1]);
    int is_pid1 = getenv("START_PID1") != NULL;
    char **commands[MOST_COMMANDS];
    int count = 0;
    commands[count++] = argv + 2;
    for (int index = 2; index < argc; index++) {
        if (strcmp(argv[index], "::") != 0 || count == MOST_COMMANDS) continue;
        argv[index] = NULL;
        commands[count++] = argv + index + 1;
    }
    int64_t *times[MOST_COMMANDS];
    for (int index = 0; index < count; index++) times[index] = calloc((size_t)rounds, sizeof(int64_t));
    for (int index = 0; index < count; index++) run(commands[index], is_pid1);
    for (long round = 0; round < rounds; round++)
        for (int index = 0; index < count; index++) times[index][round] = run(commands[index], is_pid1);
    for (int index = 0; index < count; index++) {
        qsort(times[index], (size_t)rounds, sizeof(int64_t), by_size);
        printf("%lld %lld\n", (long long)times[index][rounds / 2], (long long)times[index][rounds * 9 / 10]);
    }
    return 0;
}
