// usage: zombies COUNT [NAME]
//
// Leaves COUNT zombies and reaps none of them; says "ready" when all are dead, and then waits to be ended. NAME becomes its own name,
// and its children's.

#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1;
    if (argc > 2) prctl(PR_SET_NAME, argv[2]);
    for (long made = 0; made < count; made++) {
        pid_t pid = fork();
        if (pid == 0) _exit(0);
        siginfo_t info;
        if (pid < 0 || waitid(P_PID, pid, &info, WEXITED | WNOWAIT) < 0) {
            perror("zombies");
            return 1;
        }
    }
    puts("ready");
    fflush(stdout);
    for (;;) pause();
}
