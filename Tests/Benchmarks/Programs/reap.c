// usage: reap burst|stream|single COUNT
//
// To be the command of an init. Gives it COUNT orphans and prints how long it took until none was left, how much processor
// time the init used for that, both in nanoseconds for each orphan, and the largest number of dead that waited, as far as seen.
//
// burst: all are dead already when their parent ends, so they come in one moment.
// stream: they come one after another, without a pause.
// single: each dies alone, and the next one comes when it has been reaped.

#define _GNU_SOURCE
#include <dirent.h>
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

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// Of all threads, those that have ended excepted.
static int64_t processor_time(pid_t pid) {
    char path[320];
    snprintf(path, sizeof(path), "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    if (!threads) exit(3);
    int64_t sum = 0;
    for (struct dirent *thread; (thread = readdir(threads)) != NULL;) {
        if (thread->d_name[0] == '.') continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid, thread->d_name);
        FILE *file = fopen(path, "r");
        long long time = 0;
        if (!file || fscanf(file, "%lld", &time) != 1) exit(3);
        fclose(file);
        sum += time;
    }
    closedir(threads);
    return sum;
}

static void wait_until_gone(pid_t pid) {
    while (kill(pid, 0) == 0) sched_yield();
}

static void report(int64_t duration, int64_t processor, long count, long largest) {
    printf("%lld %lld %ld\n", (long long)(duration / count), (long long)(processor / count), largest);
}

static void burst(long count, volatile pid_t *pids) {
    int gate[2], go[2];
    if (pipe(gate) < 0 || pipe(go) < 0) exit(3);
    pid_t maker = fork();
    if (maker == 0) {
        for (long index = 0; index < count; index++) {
            pid_t pid = fork();
            if (pid == 0) _exit(0);
            if (pid < 0) _exit(1);
            pids[index] = pid;
        }
        char byte;
        // At its end all children are dead; then the start of the measurement is waited for.
        close(gate[1]);
        while (read(gate[0], &byte, 1) > 0) continue;
        close(go[1]);
        pids[count] = 1;
        while (read(go[0], &byte, 1) > 0) continue;
        _exit(0);
    }
    close(gate[1]);
    while (pids[count] == 0) usleep(1000);
    pid_t init = getppid();
    usleep(20000);
    int64_t processor = processor_time(init), start = now();
    close(go[1]);
    int status;
    waitpid(maker, &status, 0);
    for (long index = count; index-- > 0;) wait_until_gone(pids[index]);
    int64_t duration = now() - start;
    report(duration, processor_time(init) - processor, count, count);
}

// How many of the pids from `first` on are not reaped; moves `first` on over those that are.
static long unreaped(volatile pid_t *pids, long *first, long end) {
    while (*first < end && kill(pids[*first], 0) != 0) ++*first;
    long sum = 0;
    for (long index = *first; index < end; index++) sum += kill(pids[index], 0) == 0;
    return sum;
}

static void stream(long count, volatile pid_t *pids) {
    pid_t init = getppid();
    long first = 0, largest = 0;
    int64_t processor = processor_time(init), start = now();
    for (long index = 0; index < count; index++) {
        pid_t maker = fork();
        if (maker == 0) {
            pid_t pid = fork();
            if (pid != 0) pids[index] = pid;
            _exit(0);
        }
        int status;
        waitpid(maker, &status, 0);
        if (index % 50 != 0) continue;
        long waiting = unreaped(pids, &first, index + 1);
        if (waiting > largest) largest = waiting;
    }
    while (unreaped(pids, &first, count) > 0) sched_yield();
    report(now() - start, processor_time(init) - processor, count, largest);
}

static void single(long count, volatile pid_t *pids) {
    pid_t init = getppid();
    int64_t processor = 0, duration = 0;
    for (long index = 0; index < count; index++) {
        int go[2];
        if (pipe(go) < 0) exit(3);
        pid_t maker = fork();
        if (maker == 0) {
            pid_t pid = fork();
            if (pid == 0) {
                char byte;
                close(go[1]);
                while (read(go[0], &byte, 1) > 0) continue;
                _exit(0);
            }
            pids[0] = pid;
            _exit(0);
        }
        int status;
        close(go[0]);
        waitpid(maker, &status, 0);
        int64_t before = processor_time(init), start = now();
        close(go[1]);
        wait_until_gone(pids[0]);
        duration += now() - start;
        // What the init does after the reaping counts too.
        usleep(500);
        processor += processor_time(init) - before;
    }
    report(duration, processor, count, 1);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    long count = atol(argv[2]);
    volatile pid_t *pids =
        mmap(NULL, sizeof(pid_t) * (size_t)(count + 1), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pids == MAP_FAILED) return 3;
    if (strcmp(argv[1], "burst") == 0) burst(count, pids);
    else if (strcmp(argv[1], "stream") == 0) stream(count, pids);
    else single(count, pids);
    return 0;
}
