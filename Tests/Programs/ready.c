// usage: ready CODE
//
// Sends READY=1 to the abstract socket of NOTIFY_SOCKET and exits at once.

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv) {
    const char *name = getenv("NOTIFY_SOCKET");
    if (argc != 2 || !name || name[0] != '@') return 99;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length >= sizeof(address.sun_path)) return 99;
    memcpy(address.sun_path, name, length);
    address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + length;
    if (sendto(descriptor, "READY=1", 7, 0, (struct sockaddr *)&address, size) != 7) return 98;
    return atoi(argv[1]);
}
