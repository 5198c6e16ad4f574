// usage: orphans COUNT
//
// Leaves COUNT orphans that are dead already: they die at once while their parent, which never waits, still lives; its
// end gives them all to PID 1 (or the nearest subreaper) in one moment, for which there may be a single SIGCHLD.
// Exits when that has happened.

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void make(long count) {
    int gate[2];
    if (pipe(gate) < 0) exit(1);
    for (long made = 0; made < count; made++) {
        pid_t pid = fork();
        if (pid == 0) _exit(made % 256);
        if (pid < 0) {
            perror("fork");
            exit(1);
        }
    }
    // Read to its end, the pipe says that every child has ended: each held the writing end.
    close(gate[1]);
    char byte;
    while (read(gate[0], &byte, 1) > 0) continue;
    exit(0);
}

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1;
    pid_t maker = fork();
    if (maker < 0) return 1;
    if (maker == 0) make(count);
    int status;
    if (waitpid(maker, &status, 0) < 0 || status != 0) return 1;
    printf("%ld orphans\n", count);
    return 0;
}
