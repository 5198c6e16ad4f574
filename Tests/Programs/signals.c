// usage: signals [SIGNAL CODE]
//
// Says "ready", then a line "NUMBER VALUE" for every signal in the order in which they come, and exits with CODE at SIGNAL.
// VALUE is that of sigqueue(3), or 0.

#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    int last = argc > 2 ? atoi(argv[1]) : SIGTERM;
    int code = argc > 2 ? atoi(argv[2]) : 0;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("ready");
    for (;;) {
        siginfo_t info;
        int number = sigwaitinfo(&all, &info);
        if (number < 0) continue;
        printf("%d %d\n", number, info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
        if (number == last) return code;
    }
}
