// usage: root PROGRAM [ARGUMENT…]
//
// Becomes root in all its ids and executes the program: to be installed set-user-ID.

#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2 || setuid(0) < 0) return 99;
    execv(argv[1], argv + 1);
    return 98;
}
