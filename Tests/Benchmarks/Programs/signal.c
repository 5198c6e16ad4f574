// usage: signal COUNT COMMAND…
//
// Starts COMMAND, an init with this program and the argument "child" as its command, sends it SIGUSR1 COUNT times, and
// prints the median and the 99th percentile of the time until the child's handler ran, in nanoseconds.

#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct shared {
    _Atomic int64_t seen;
    _Atomic int ready;
};

static struct shared *shared;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static struct shared *map(void) {
    int file = open(getenv("SIGNAL_SHARED"), O_RDWR);
    if (file < 0) exit(3);
    void *memory = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) exit(3);
    return memory;
}

static void handle(int number) {
    (void)number;
    shared->seen = now();
}

static int child(void) {
    shared = map();
    struct sigaction action = {.sa_handler = handle};
    sigaction(SIGUSR1, &action, NULL);
    shared->ready = 1;
    for (;;) pause();
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "child") == 0) return child();
    if (argc < 3) return 2;
    long count = atol(argv[1]);
    char path[] = "/dev/shm/signal-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || ftruncate(file, sizeof(struct shared)) < 0) return 3;
    close(file);
    setenv("SIGNAL_SHARED", path, 1);
    shared = map();
    pid_t init = fork();
    if (init == 0) {
        execv(argv[2], argv + 2);
        _exit(127);
    }
    while (!shared->ready) usleep(1000);
    unlink(path);
    int64_t *times = calloc((size_t)count, sizeof(int64_t));
    for (long index = 0; index < count; index++) {
        usleep(300);
        shared->seen = 0;
        int64_t sent = now();
        kill(init, SIGUSR1);
        while (!shared->seen) {
            if (now() - sent > 5000000000LL) return 4;
            sched_yield();
        }
        times[index] = shared->seen - sent;
    }
    kill(init, SIGTERM);
    int status;
    waitpid(init, &status, 0);
    qsort(times, (size_t)count, sizeof(int64_t), by_size);
    printf("%lld %lld\n", (long long)times[count / 2], (long long)times[count * 99 / 100]);
    return 0;
}
